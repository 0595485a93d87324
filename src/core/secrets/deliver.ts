import { text } from 'node:stream/consumers';
import type { CommandRunner } from '../command';
import { BerthError } from '../errors';
import { toldOf } from './record';
import type { Told } from './record';
import { deliverScript, prepareScript, rootLinkScript, scriptExit } from './scripts';
import type { Delivery } from './scripts';

/** How the container is reached. */
export interface Road {
  /** The login user's commands, over the Line where one is open. */
  readonly runner: () => Promise<CommandRunner>;
  /** Root's, by the engine. Never given a value. */
  readonly root: (
    script: string,
    signal?: AbortSignal,
  ) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
  readonly user: string;
}

/** Makes the folder. @throws BerthError `secret_failed` */
export async function prepareFolder(road: Road, signal?: AbortSignal): Promise<void> {
  const { code, stderr } = await road.root(prepareScript(road.user), signal);
  if (code === 0) return;
  if (code === scriptExit.noMemory) {
    throw new BerthError('secret_failed', 'The container has no memory file system at /run/berth to keep secrets in.', {
      hint: 'Make the container anew with `berth up --rebuild`.',
    });
  }
  throw isFull(stderr) ? full() : refused(code);
}

/**
 * Brings values into the container: through stdin alone, as the user, onto the memory file system. Made where it has no
 * folder for them yet, as after a start.
 * @throws BerthError `secret_failed`; its text holds no value, nor does its cause
 */
export async function deliver(road: Road, delivery: Delivery, signal?: AbortSignal): Promise<Told> {
  const script = deliverScript(delivery);
  let said = await throughStdin(await road.runner(), script, signal);
  if (said.code === scriptExit.notPrepared) {
    await prepareFolder(road, signal);
    said = await throughStdin(await road.runner(), script, signal);
  }
  if (said.code !== 0) throw said.full ? full() : refused(said.code);
  const told = toldOf(said.stdout);
  const denied = delivery.wishes.flatMap(({ name, path }) =>
    path?.startsWith('/') === true && told.links.get(name) === 'denied' ? [{ name, path }] : [],
  );
  if (denied.length === 0) return told;
  const { stdout } = await road.root(rootLinkScript(denied), signal);
  return { ...told, links: new Map([...told.links, ...toldOf(stdout).links]) };
}

async function throughStdin(
  runner: CommandRunner,
  script: string,
  signal?: AbortSignal,
): Promise<{ readonly code: number; readonly stdout: string; readonly full: boolean }> {
  const spec = { argv: ['/bin/sh', '-c', 'eval "$(cat)"'], stdin: true, cwd: '/', own: true, timeoutMs: 20_000 };
  const command = await runner.run(spec, signal);
  command.stdin?.end(script);
  const [stdout, stderr, { code }] = await Promise.all([text(command.stdout), text(command.stderr), command.exit]);
  signal?.throwIfAborted();
  // Its stderr is looked at and let go: a shell may quote what it did not understand.
  return { code, stdout, full: isFull(stderr) };
}

const isFull = (stderr: string): boolean => /no space left|disk quota|file too large/i.test(stderr);

function full(): BerthError {
  return new BerthError(
    'secret_failed',
    'The secrets do not fit: the container’s memory file system at /run/berth is full.',
    {
      hint: 'See what fills it with `berth exec -- du -ah /run/berth`, and remove it or restart the container.',
    },
  );
}

function refused(code: number): BerthError {
  return new BerthError('secret_failed', `The secrets could not be written in the container (exit code ${code}).`, {
    hint: 'Look at the container with `berth doctor`, or make it anew with `berth up --rebuild`.',
  });
}
