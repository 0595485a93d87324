import { setTimeout as delay } from 'node:timers/promises';
import type { Engine, EngineConnection, EngineEvent } from '../engine/types';
import { isCancelled, messageOf } from '../errors';
import type { BerthHome } from '../home';
import type { Logger } from '../log';
import { labels } from '../model';
import type { ProjectStore } from './store';

/** Milliseconds: a burst of events of one project makes one look; a lost engine is tried again at growing intervals. */
const coalesceMs = 40;
const backoff = { first: 250, most: 5_000 };
/** The net under the events, in milliseconds: catches what an event stream that silently died would hide. */
const pollMs = 60_000;
/** An engine tells of an end before its own list does: looked again after so many milliseconds while that says `running`. */
const endMs = [200, 500, 1_500, 5_000];

/** Keeps the store true until the signal aborts (and then ends, or throws what aborting throws). Never gives up: a lost engine is tried again and again. */
export async function watchProjects(
  store: ProjectStore,
  connection: EngineConnection,
  home: BerthHome,
  log: Logger,
  signal: AbortSignal,
  heard: (event: EngineEvent) => void = () => undefined,
): Promise<void> {
  const owner = await home.owner();
  for (let pause = backoff.first; !signal.aborted;) {
    try {
      const engine = await connection.get(signal);
      await follow(engine, store, owner, log, signal, () => (pause = backoff.first), heard);
    } catch (error) {
      if (isCancelled(error)) return;
      log.log('debug', `The engine's events ended: ${messageOf(error)}`);
      connection.lost(error);
    }
    await delay(pause, undefined, { signal });
    pause = Math.min(pause * 2, backoff.most);
  }
}

async function follow(
  engine: Engine,
  store: ProjectStore,
  owner: string,
  log: Logger,
  signal: AbortSignal,
  onOpen: () => void,
  heard: (event: EngineEvent) => void,
): Promise<void> {
  // What ends this stream of events also ends everything that was started for it.
  const ours = new AbortController();
  const both = AbortSignal.any([signal, ours.signal]);
  const failed = (error: unknown): void => {
    if (!both.aborted) ours.abort(error);
  };
  const pending = new Map<string, EngineEvent>();
  const look = (id: string): void => {
    const event = pending.get(id);
    pending.delete(id);
    lookFor(id, event).catch((error: unknown) => {
      if (!both.aborted) log.log('warn', `Looking at project ${id} failed: ${messageOf(error)}`);
    });
  };
  const lookFor = async (id: string, event: EngineEvent | undefined): Promise<void> => {
    let row = await store.loadOne(engine, id, event, both);
    if (event?.action !== 'die') return;
    for (const pause of endMs) {
      // Where another event came meanwhile, its look sees what is true by then.
      if (row?.state !== 'running' || row.container !== event.id || pending.has(id)) return;
      await delay(pause, undefined, { signal: both });
      row = await store.loadOne(engine, id, event, both);
    }
  };
  const poll = setInterval(() => void store.load(engine, both).catch(failed), pollMs);
  try {
    const opened = (): void => {
      onOpen();
      store.load(engine, both).catch(failed);
    };
    for await (const event of engine.events({ onOpen: opened }, both)) {
      const id = event.attributes[labels.project];
      if (event.type === 'image' || event.attributes[labels.owner] === owner) heard(event);
      if (event.type !== 'container' || id === undefined || event.attributes[labels.owner] !== owner) continue;
      if (!pending.has(id)) setTimeout(() => look(id), coalesceMs);
      pending.set(id, event);
    }
  } catch (error) {
    throw ours.signal.aborted ? ours.signal.reason : error;
  } finally {
    clearInterval(poll);
    ours.abort();
  }
}
