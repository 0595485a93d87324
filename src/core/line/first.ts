import { execFirst } from '../engine/first';
import type { Sent } from '../engine/local-client';
import type { BerthHome } from '../home';
import { readProjectState } from '../projects/state-file';
import { bootstrapExec } from './bootstrap';
import { canDial } from './dial';
import { recallLocal } from './engine-book';

/**
 * Begins the connection of `berth ssh-proxy` before most of it is loaded: a shell in the container that was set up last,
 * which is nearly always the one. What this sends, {@link sshProxyAtOnce} asks for. Never fails.
 */
export async function shellFirst(
  home: Pick<BerthHome, 'stateDir' | 'dialDir'>,
  engineId: string,
  projectId: string,
): Promise<Sent | undefined> {
  try {
    const at = await recallLocal(home, engineId);
    const { postCreate } = await readProjectState(home, projectId);
    // A container that can be called needs no process of the engine's.
    return at === null || postCreate === undefined || canDial(home, postCreate.container)
      ? undefined
      : await execFirst(at, postCreate.container, bootstrapExec);
  } catch {
    return undefined;
  }
}
