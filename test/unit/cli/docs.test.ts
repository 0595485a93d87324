import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { commands } from '../../../src/cli/table';
import { errorCodes } from '../../../src/core/errors';

const page = (name: string) => readFileSync(resolve(__dirname, '../../../docs', name), 'utf8');

describe('the docs of the command line', () => {
  it('explain every error code, and none that does not exist', () => {
    const codes = page('errors.md').split('## Reasons for staleness')[0] ?? '';
    const told = [...codes.matchAll(/^\| `([a-z_]+)`/gm)].map(([, code]) => code);
    assert.deepEqual(told, [...errorCodes]);
  });

  it('name every command', () => {
    const text = page('cli.md');
    for (const { name } of commands) assert.ok(text.includes(`berth ${name}`) || text.includes(`|${name}`), name);
  });
});
