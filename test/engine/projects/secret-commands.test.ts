import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommand } from '../../../src/core/secrets/source-command';
import type { Found, SourceContext } from '../../../src/core/secrets/types';

const shown = (found: Found): string => (found.kind === 'value' ? `= ${found.bytes.toString()}` : found.why);

describe('secrets of a command', () => {
  let dir: string;
  let context: SourceContext;
  before(async () => {
    dir = await realpath(await mkdtemp(join(tmpdir(), 'berth-test-')));
    context = { env: { PATH: process.env['PATH'] }, folder: dir, storage: null };
  });
  after(() => rm(dir, { recursive: true }));

  it('are what it prints, without one line end; not what it says on stderr', async () => {
    assert.equal(shown(await readCommand(`sh -c 'printf "a b\\n\\n"; echo no >&2'`, context, 5_000)), '= a b\n');
    assert.match(
      shown(await readCommand(`sh -c 'echo planted; echo planted >&2; exit 3'`, context, 5_000)),
      /^sh ended with exit code 3$/,
    );
    assert.match(shown(await readCommand('no-such-program-here x', context, 5_000)), /is not installed here/);
  });

  it('end at the time-out where it hangs, with all that it started', async () => {
    const mark = join(dir, 'late');
    const found = await readCommand(`sh -c '(sleep 1; echo > ${mark}) & sleep 60'`, context, 200);
    assert.deepEqual(found, { kind: 'failed', why: 'sh had not ended after 0.2 s and was ended' });
    const left = await readCommand(`sh -c 'ps -eo args | grep -c "[e]cho > ${mark}" || true'`, context, 5_000);
    assert.equal(shown(left), '= 0');
  });

  it('end when it is cancelled, and when it prints without end', async () => {
    const stop = new AbortController();
    const running = readCommand('sleep 60', context, 50_000, stop.signal);
    stop.abort();
    await assert.rejects(running, { name: 'AbortError' });
    assert.match(shown(await readCommand('yes', context, 5_000)), /printed more than 1024 KiB/);
  });
});
