import { setTimeout as delay } from 'node:timers/promises';
import type { Engine, EngineConnection, EngineEvent } from '../engine/types';
import { isCancelled, messageOf } from '../errors';
import type { BerthHome } from '../home';
import type { Logger } from '../log';
import { labels } from '../model';
import { Looks } from './looks';
import type { ProjectStore } from './store';
import { isMute } from './told';

/**
 * See LooksPaces. Docker keeps 1,024 events for each who listens (moby, daemon/events), and a socket of Linux 208 KB, which
 * is some 60 of them.
 */
const paces = { gather: 250, many: 5, slow: 1_000, read: 50, fast: 50, confirm: 750, confirmWithin: 30_000 };
/** Milliseconds: a lost engine is tried again at growing intervals. */
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
    let engine: Engine | undefined;
    try {
      engine = await connection.get(signal);
      await follow(engine, store, owner, log, signal, () => (pause = backoff.first), heard);
    } catch (error) {
      if (isCancelled(error)) return;
      log.log('debug', `The engine's events ended: ${messageOf(error)}`);
      // Where another engine was chosen, the events of the one before end with it.
      const { status } = connection;
      if (status.kind !== 'connected' || status.engine === engine) connection.lost(error);
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
  const look = async (events: ReadonlyMap<string, EngineEvent>): Promise<void> => {
    await store.loadSome(engine, events, both);
    lookAgain(events.keys());
  };
  const lookAtAll = async (): Promise<void> => {
    const { rows } = await store.load(engine, both);
    lookAgain(rows.map(({ id }) => id));
  };
  const lookAgain = (ids: Iterable<string>): void => {
    for (const id of ids) {
      const late = store.lateEnd(id);
      if (late === null) looks.settled(id);
      else looks.again(id, late, endMs);
    }
  };
  const looks = new Looks({ tell: (events) => store.tell(events), look }, paces, both, (error) => {
    if (!both.aborted) log.log('warn', `Looking at what changed failed: ${messageOf(error)}`);
  });
  const poll = setInterval(() => void lookAtAll().catch(failed), pollMs);
  try {
    const opened = (): void => {
      onOpen();
      lookAtAll().catch(failed);
    };
    for await (const event of engine.events({ onOpen: opened }, both)) {
      const id = event.attributes[labels.project];
      if (event.type === 'image' || event.attributes[labels.owner] === owner) heard(event);
      if (event.type !== 'container' || id === undefined || event.attributes[labels.owner] !== owner) continue;
      if (isMute(event)) continue;
      store.note(event);
      looks.add(id, event);
      // What is not taken from the stream stays in its socket.
      await looks.rest;
    }
  } catch (error) {
    throw ours.signal.aborted ? ours.signal.reason : error;
  } finally {
    clearInterval(poll);
    ours.abort();
  }
}
