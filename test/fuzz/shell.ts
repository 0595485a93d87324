import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { shellQuote } from '../../src/core/quote';
import type { Words } from './judge-image';

/** Lets a real shell read words as they are written, and compares what it makes of them byte for byte. */
export function judgeWords(words: Words, canary: string): void {
  if (words.length === 0) return;
  const script = words.map(([raw]) => `printf '%s\\0' ${raw}`).join('\n');
  assert.deepEqual(
    shell(script).split('\0').slice(0, -1),
    words.map(([, value]) => value),
  );
  assert.ok(!existsSync(canary), 'a value was run by a shell');
}

/** The same for any text, quoted by the one function that does it. */
export function judgeQuoting(texts: readonly string[], canary: string): void {
  judgeWords(
    texts.map((text) => [shellQuote(text), text]),
    canary,
  );
}

/** Lets a real shell read commands without running them. */
export function judgeCommands(commands: readonly string[]): void {
  // Each in a function of its own: an open quote or brace cannot reach into the next.
  for (const command of new Set(commands)) assert.ok(!command.includes('\n'), 'a line end in a command');
  shell([...new Set(commands)].map((command, index) => `f${index}() {\n${command}\n}`).join('\n'), ['-n']);
}

function shell(script: string, options: readonly string[] = []): string {
  const { status, stdout, stderr } = spawnSync('/bin/sh', [...options, '-s'], {
    input: script,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
  });
  assert.equal(status, 0, stderr.slice(0, 500));
  return stdout;
}
