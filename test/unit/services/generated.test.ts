import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatedSecret } from '../../../src/core/secrets/source-generated';

describe('secrets that Berth makes', () => {
  let dir: string;
  before(async () => void (dir = await mkdtemp(join(tmpdir(), 'berth-generated-'))));
  after(() => rm(dir, { recursive: true }));

  it('are the same for a project and name, however many ask first, and others for any other', async () => {
    const asked = await Promise.all([1, 2, 3, 4].map(() => generatedSecret({ dir }, 'aaa', 'editor')));
    assert.equal(new Set(asked).size, 1);
    assert.match(asked[0] ?? '', /^[\w-]{24}$/);
    const others = await Promise.all([
      generatedSecret({ dir }, 'bbb', 'editor'),
      generatedSecret({ dir }, 'aaa', 'other'),
      generatedSecret({ dir: join(dir, 'another') }, 'aaa', 'editor'),
    ]);
    assert.equal(new Set([asked[0], ...others]).size, 4);
    assert.equal((await stat(join(dir, 'secret.key'))).mode & 0o777, 0o600);
  });
});
