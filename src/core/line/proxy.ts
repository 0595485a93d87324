import type { Duplex, Readable, Writable } from 'node:stream';
import { connectEndpoint } from '../engine/connect';
import type { ContainerDetail, Engine } from '../engine/types';
import { BerthError, isCancelled, messageOf } from '../errors';
import type { BerthHome } from '../home';
import { labels } from '../model';
import { recallEngine } from './engine-book';
import { runningContainer } from './find-container';
import { openTunnel } from './tunnel';
import type { LineSession } from './types';

export interface SshProxyOptions {
  readonly home: BerthHome;
  /** The engine's id, as written down by rememberEngine. */
  readonly engineId: string;
  readonly projectId: string;
  /** ssh's bytes. */
  readonly stdin: Readable;
  readonly stdout: Writable;
  /** Gets one sentence where it fails; ssh shows it to the user. */
  readonly stderr: { write(text: string): unknown };
  /** Gives the container what each start needs, where this one has not had it: it was started here, or by the engine itself. */
  readonly eachStart?: (engine: Engine, container: ContainerDetail, signal?: AbortSignal) => Promise<void>;
  /** What sessions get beyond the container's own environment. */
  readonly session?: (container: ContainerDetail) => Promise<LineSession>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * `berth ssh-proxy`: finds the project's container, starts it if it is stopped, and carries ssh's bytes to a fresh sshd in
 * it until either side ends. Loads no SSH, since ssh itself speaks it.
 * @returns the exit code: 0, or 255 as ssh's own failures have
 */
export async function sshProxy(options: SshProxyOptions): Promise<number> {
  try {
    await carry(options);
    return 0;
  } catch (error) {
    if (isCancelled(error)) return 255;
    const hint = error instanceof BerthError && error.hint !== undefined ? ` ${error.hint}` : '';
    options.stderr.write(`berth: ${messageOf(error)}${hint}\n`);
    return 255;
  }
}

async function carry(options: SshProxyOptions): Promise<void> {
  const { home, engineId, projectId, stdin, stdout, signal } = options;
  const engine = await connectEndpoint(await recallEngine(home, engineId), {}, signal);
  try {
    const container = await runningContainer(engine, await home.owner(), projectId, signal);
    await options.eachStart?.(engine, container, signal);
    const session = (await options.session?.(container)) ?? { environment: {} };
    const { stream } = await openTunnel(
      engine,
      home,
      {
        containerId: container.id,
        projectId,
        user: container.labels[labels.user] ?? 'root',
        environment: container.environment,
      },
      session,
      signal,
    );
    await pump(stream, stdin, stdout, signal);
  } finally {
    engine.dispose();
  }
}

/** Both directions with back-pressure; ssh's end of input goes on to sshd, and sshd's end is the end of all. */
function pump(stream: Duplex, stdin: Readable, stdout: Writable, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      signal?.removeEventListener('abort', onAbort);
      stdin.unpipe(stream);
      stdin.pause();
      stream.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    const onAbort = (): void => settle();
    signal?.addEventListener('abort', onAbort, { once: true });
    stream.once('end', () => {
      // What was written last must be out before the process may end.
      if (stdout.writableLength === 0) settle();
      else stdout.once('drain', () => settle());
    });
    stream.once('error', settle).once('close', () => settle());
    // ssh went away.
    stdout.once('error', () => settle());
    stdin.once('error', () => stream.end());
    stdin.pipe(stream);
    stream.pipe(stdout, { end: false });
  });
}
