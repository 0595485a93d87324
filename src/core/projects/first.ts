import { execFirst, lookFirst } from '../engine/first';
import type { KnownLocalEngine } from '../engine/known';
import type { Sent } from '../engine/local-client';
import { localSocket } from '../engine/machine-facts';
import { call, letGo, type Called } from '../line/call';
import { canDial } from '../line/dial';
import { createKnownEngines } from '../line/known-engines';
import { toldStarter } from '../line/told-start';
import type { ProjectIdentity } from '../model';
import type { AtOnceQuestion } from './at-once';
import { identifyFolder } from './folders';
import { readProjectState } from './state-file';

/** Which project a folder is, and the local engine that an earlier process knew it to be on. */
export interface Place {
  readonly identity: ProjectIdentity;
  readonly at: KnownLocalEngine;
}

/** Null where the engine is another, or not known. @throws as identifyFolder */
export async function placeOf({ home, env, folder }: Omit<AtOnceQuestion, 'version'>): Promise<Place | null> {
  const url = localSocket(env);
  if (url === null) return null;
  const [identity, known] = await Promise.all([identifyFolder(home, folder), createKnownEngines(home).recall(url)]);
  return known === null ? null : { identity, at: { url, known } };
}

/** Calls that are under way, and what they are made to. */
export interface First {
  readonly sent: Sent;
  readonly place: Place;
  readonly container: string;
  /** Where the container can be called: no process of the engine's is started then. */
  readonly called?: Promise<Called | null>;
}

/**
 * Begins with `berth exec` before most of it is loaded: a process in the folder's container that was set up last, which is
 * nearly always the one. {@link runnerAtOnce} takes it over. Never fails.
 */
export async function commandFirst(question: Omit<AtOnceQuestion, 'version'>): Promise<First | undefined> {
  try {
    const place = await placeOf(question);
    if (place === null) return undefined;
    const { postCreate } = await readProjectState(question.home, place.identity.id);
    if (postCreate?.user === undefined) return undefined;
    const { container, user } = postCreate;
    if (canDial(question.home, container)) {
      return { place, container, sent: lookFirst(place.at, container), called: call(question.home, container) };
    }
    return { place, container, sent: await execFirst(place.at, container, { argv: toldStarter, user }) };
  } catch {
    return undefined;
  }
}

/** Lets go of what nobody has taken over. */
export function letGoOf({ sent, called }: First): void {
  for (const socket of sent.values()) socket.destroy();
  void called?.then((answered) => {
    if (answered !== null) letGo(answered);
  });
}
