import { execFirst } from '../engine/first';
import type { Sent } from '../engine/local-client';
import { localSocket } from '../engine/machine-facts';
import { createKnownEngines } from '../line/known-engines';
import { toldStarter } from '../line/told-start';
import type { AtOnceQuestion } from './at-once';
import { identifyFolder } from './folders';
import { readProjectState } from './state-file';

/** Calls that are under way, and the container that they are made to. */
export interface First {
  readonly sent: Sent;
  readonly container: string;
}

/**
 * Begins with `berth exec` before most of it is loaded: a shell in the folder's container that was set up last, which is
 * nearly always the one. {@link runnerAtOnce} takes it over. Never fails.
 */
export async function commandFirst({ home, env, folder }: Omit<AtOnceQuestion, 'version'>): Promise<First | undefined> {
  try {
    const url = localSocket(env);
    if (url === null) return undefined;
    const [{ id }, known] = await Promise.all([identifyFolder(home, folder), createKnownEngines(home).recall(url)]);
    const { postCreate } = await readProjectState(home, id);
    if (known === null || postCreate?.user === undefined) return undefined;
    const { container, user } = postCreate;
    const at = { socketPath: url.slice('unix://'.length), version: known.info.apiVersion };
    return { container, sent: await execFirst(at, container, { argv: toldStarter, user }) };
  } catch {
    return undefined;
  }
}
