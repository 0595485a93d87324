import { text } from 'node:stream/consumers';
import type { Engine } from '../engine/types';
import { BerthError } from '../errors';
import { systemFirst } from '../system-first';

/**
 * Services wait for this file where the template has something that they need first. It lies on a memory file system, so
 * that a stop takes it away, and only root can make it.
 */
export const readyFile = '/run/berth/ready';

/** Lets a container's services begin. One round trip. */
export async function tellReady(engine: Engine, container: string, signal?: AbortSignal): Promise<void> {
  const said = await runAsRoot(engine, container, ['/bin/sh', '-c', `umask 022; : >${readyFile}`], signal);
  if (said.code === 0) return;
  throw new BerthError('engine_error', `The container's services could not be told to begin: ${said.stderr}`, {
    hint: 'Make the container anew with `berth up --rebuild`.',
  });
}

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
