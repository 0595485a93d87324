import assert from 'node:assert/strict';
import { exec } from '../../../src/cli/commands/exec';
import { parse } from '../../../src/cli/parse';
import { parsePlain } from '../../../src/cli/parse-plain';

const lines: readonly (readonly string[])[] = [
  ['--', 'true'],
  ['--', '--', '-w'],
  ['-w', '/tmp', '--', 'ls', '-w', '1'],
  ['--workdir', 'a b', '-u', 'root', '-e', 'A=1', '-e', 'B', '--env', 'C=-x', '--timeout', '3', '-i', '-t', '--', 'sh'],
];

describe('a plain command line', () => {
  for (const line of lines) {
    it(`is read as by the library: ${line.join(' ')}`, async () => {
      const plain = parsePlain(exec, line);
      const parsed = await parse(exec, line);
      assert.ok(plain !== null && parsed.kind === 'run');
      const { command, options } = parsed.input;
      assert.deepEqual(plain, { command, options });
    });
  }

  const others = [
    ['-it', '--', 'sh'],
    ['--workdir=/tmp', '--', 'ls'],
    ['-w', '--', 'ls'],
    ['-w', '-i', '--', 'ls'],
    ['--help', '--', 'ls'],
    ['-v', '--', 'ls'],
    ['word', '--', 'ls'],
    ['--'],
    [],
    ['-i'],
  ];
  for (const line of others) {
    it(`is none, and left to the library: ${line.join(' ')}`, () => assert.equal(parsePlain(exec, line), null));
  }
});
