import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { cancelled } from '../errors';
import { commandWords } from './command-words';
import { longestValue } from './limits';
import { withoutLineEnd } from './line-end';
import type { Found, SourceContext } from './types';

/**
 * What a program prints, without the line end. It runs with no shell, in the user's home folder: in the project's, a
 * relative path would name what programs in the container can write. Nothing of what it prints is ever shown, on stderr
 * neither, since tools print secrets in odd moments.
 */
export async function readCommand(
  line: string,
  { env }: Pick<SourceContext, 'env'>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Found> {
  const words = commandWords(line);
  if (typeof words === 'string') return { kind: 'failed', why: `its command cannot be run: ${words}` };
  const [program = '', ...args] = words;
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const group = process.platform !== 'win32';
    const child = spawn(program, args, {
      cwd: homedir(),
      env: { ...env },
      shell: false,
      windowsHide: true,
      // A group of its own, so that whatever it started ends with it.
      detached: group,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    let size = 0;
    const kill = (): void => {
      try {
        if (group && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // It ended by itself in that moment.
      }
    };
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      child.stdout.destroy();
      act();
    };
    const fail = (why: string): void => settle(() => resolve({ kind: 'failed', why: `${program} ${why}` }));
    const timer = setTimeout(() => {
      kill();
      fail(`had not ended after ${timeoutMs / 1000} s and was ended`);
    }, timeoutMs);
    const onAbort = (): void => {
      kill();
      settle(() => reject(cancelled()));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= longestValue) return;
      kill();
      fail(`printed more than ${longestValue / 1024} KiB`);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') settle(() => resolve({ kind: 'absent', why: `${program} is not installed here` }));
      else fail(`could not be started (${error.code ?? 'unknown error'})`);
    });
    child.once('close', (code, killedBy) => {
      if (code !== 0) fail(killedBy === null ? `ended with exit code ${code ?? -1}` : `was ended by ${killedBy}`);
      else settle(() => resolve({ kind: 'value', bytes: withoutLineEnd(Buffer.concat(chunks)) }));
    });
  });
}
