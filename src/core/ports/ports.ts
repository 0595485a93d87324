import { tmpdir } from 'node:os';
import type { EngineConnection } from '../engine/types';
import { messageOf } from '../errors';
import type { BerthHome } from '../home';
import { DisposableStore } from '../lifetime';
import type { Disposable } from '../lifetime';
import type { Logger } from '../log';
import type { ProjectRow } from '../model';
import type { Projects } from '../projects/types';
import { Forwarder } from './forwarder';
import { readListening } from './listening';
import { meetingPlace, visit } from './meeting';
import { changeMemory, readMemory, withAdded, withStopped } from './memory';
import { receive, send, type FollowerMessage } from './messages';
import { createReach } from './reach';
import { MeetingSession } from './session';
import { createSource, remote } from './source';
import type { PortRow, Ports } from './types';
import { rowsAtRest } from './wishes';

/** How long, in milliseconds, a forwarder may take to tell what it forwards before it counts as none. */
const answerMs = 2_000;

/** What the room works with. */
export interface PortsContext {
  readonly home: BerthHome;
  readonly connection: EngineConnection;
  readonly projects: Projects;
  readonly log: Logger;
}

/** Puts the room together; costs nothing until something is asked for. */
export function createPorts(context: PortsContext): Ports & Disposable {
  const { home, connection, projects, log } = context;
  const owned = new DisposableStore();
  const path = (row: ProjectRow): string => meetingPlace(home, row.id, tmpdir());

  /** Tells the forwarder, whichever process it is, that what is remembered has changed. */
  const poke = async (row: ProjectRow): Promise<void> => {
    await ask(path(row), [{ kind: 'changed' }]).catch((error: unknown) => {
      log.log('debug', `The forwarder of ${row.name} did not answer: ${messageOf(error)}`);
    });
  };

  return {
    join: (row, want) =>
      owned.add(
        new MeetingSession({
          place: { path: path(row), locksDir: home.locksDir, project: row.id },
          want,
          host: (changed) => ({
            source: createSource(context, row, changed),
            forwarder: new Forwarder(createReach(row.id, projects), log),
          }),
          log,
        }),
      ),
    async look(row, signal) {
      const told = await ask(path(row), [{ kind: 'want', want: [] }], signal);
      if (told !== null) return told;
      const memory = await readMemory(home, row.id);
      return rowsAtRest({ declared: row.ports, memory, remoteEngine: remote(connection) });
    },
    async add(row, asked) {
      await changeMemory(home, row.id, (memory) => withAdded(memory, asked));
      await poke(row);
    },
    async stop(row, port) {
      await changeMemory(home, row.id, (memory) => withStopped(memory, port));
      await poke(row);
    },
    async listening(row, signal) {
      return readListening((await projects.line(row, signal)).files, signal);
    },
    async claimQuestion(row, port) {
      let claimed = false;
      await changeMemory(home, row.id, (memory) => {
        claimed = !memory.silent && !memory.asked.includes(port);
        return claimed ? { ...memory, asked: [...memory.asked, port] } : memory;
      });
      return claimed;
    },
    async silence(row) {
      await changeMemory(home, row.id, (memory) => ({ ...memory, silent: true }));
    },
    dispose: () => owned.dispose(),
  };
}

/** Tells a forwarder something and waits for its rows; null where there is none, or none that answers in time. */
async function ask(
  path: string,
  messages: readonly FollowerMessage[],
  signal?: AbortSignal,
): Promise<readonly PortRow[] | null> {
  signal?.throwIfAborted();
  const socket = await visit(path);
  if (socket === null) return null;
  return new Promise((resolve) => {
    const late = setTimeout(() => socket.destroy(), answerMs);
    const stop = (): void => void socket.destroy();
    signal?.addEventListener('abort', stop, { once: true });
    let rows: readonly PortRow[] | null = null;
    receive(socket, (message) => {
      if (message.kind !== 'rows') return;
      ({ rows } = message);
      socket.end();
      socket.destroy();
    });
    socket.once('close', () => {
      clearTimeout(late);
      signal?.removeEventListener('abort', stop);
      resolve(rows);
    });
    for (const message of messages) send(socket, message);
  });
}
