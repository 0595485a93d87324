import type { ExecStream } from '../engine/types';
import type { BerthHome } from '../home';
import { dial, dialFolder } from './dial';
import { makeNamedPipes, type NamedPipes } from './named-pipes';

/** A process of root's in a container that waits to be told what to become (see dialer.ts), and pipes for it. */
export interface Called {
  readonly shell: ExecStream;
  /** Null where they cannot be made. */
  readonly pipes: NamedPipes | null;
}

/** Of a container that is just being started. */
interface Start {
  /** Resolves once the engine has been asked: before that, a program of this machine's would hold the request up. */
  readonly soon: Promise<unknown>;
  /** Resolves once it runs. */
  readonly started: Promise<unknown>;
}

/**
 * Calls a container (see dial.ts). Never fails.
 * @returns null where it does not connect
 */
export async function call(
  home: Pick<BerthHome, 'dialDir'>,
  containerId: string,
  start?: Start,
): Promise<Called | null> {
  const folder = dialFolder(home, containerId);
  if (folder === null) return null;
  const [shell, pipes] = await Promise.all([
    dial(home, containerId, start?.started),
    Promise.resolve(start?.soon)
      .then(() => makeNamedPipes(folder))
      .catch(() => null),
  ]);
  if (shell !== null) return { shell, pipes };
  await pipes?.discard();
  return null;
}

/** Nothing is wanted of it. */
export function letGo({ shell, pipes }: Called): void {
  shell.stream.destroy();
  void pipes?.discard();
}
