import { text } from 'node:stream/consumers';
import { systemFirst } from '../system-first';
import type { Engine } from './types';

/** Runs a short command of Berth's own as root, which is to hold no secret. */
export async function runAsRoot(
  engine: Engine,
  container: string,
  argv: readonly string[],
  signal?: AbortSignal,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const safe = ['/bin/sh', '-c', `${systemFirst}; exec "$@"`, 'sh', ...argv];
  const process = await engine.exec(container, { argv: safe, user: 'root', cwd: '/', stdin: false }, signal);
  const [stdout, stderr, code] = await Promise.all([text(process.stdout), text(process.stderr), process.exit]);
  return { code, stdout, stderr: stderr.trim() };
}
