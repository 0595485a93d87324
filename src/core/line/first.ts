import { execFirst } from '../engine/first';
import type { Sent } from '../engine/local-client';
import type { BerthHome } from '../home';
import { readProjectState } from '../projects/state-file';
import { bootstrapExec } from './bootstrap';
import { recallLocal } from './engine-book';

/**
 * Begins the connection of `berth ssh-proxy` before most of it is loaded: a shell in the container that was set up last,
 * which is nearly always the one. What this sends, {@link sshProxyAtOnce} asks for. Never fails.
 */
export async function shellFirst(
  home: Pick<BerthHome, 'stateDir'>,
  engineId: string,
  projectId: string,
): Promise<Sent | undefined> {
  try {
    const at = await recallLocal(home, engineId);
    const { postCreate } = await readProjectState(home, projectId);
    return at === null || postCreate === undefined
      ? undefined
      : await execFirst(at, postCreate.container, bootstrapExec);
  } catch {
    return undefined;
  }
}
