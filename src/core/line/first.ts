import { execFirst } from '../engine/first';
import type { Sent } from '../engine/local-client';
import type { BerthHome } from '../home';
import { readProjectState } from '../projects/state-file';
import { bootstrapExec } from './bootstrap';
import { recallEngine } from './engine-book';
import { createKnownEngines } from './known-engines';

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
    const { url } = await recallEngine(home, engineId);
    const known = url.startsWith('unix://') ? await createKnownEngines(home).recall(url, engineId) : null;
    const { postCreate } = await readProjectState(home, projectId);
    if (known === null || postCreate === undefined) return undefined;
    const at = { socketPath: url.slice('unix://'.length), version: known.info.apiVersion };
    return await execFirst(at, postCreate.container, bootstrapExec);
  } catch {
    return undefined;
  }
}
