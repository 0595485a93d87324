import type { EngineConnection } from '../engine/types';
import type { BerthHome } from '../home';
import type { Disposable } from '../lifetime';
import type { ProjectRow } from '../model';
import type { Projects } from '../projects/types';
import type { HostSource } from './host';
import { isRemoteEngine } from './listening';
import { changeMemory, readMemory } from './memory';

/** How long, in milliseconds, numbers are held while no container runs: above what a restart or a refresh takes. */
const graceMs = 30_000;

/** Where facts about a project’s ports come from. */
export interface SourceParts {
  readonly home: BerthHome;
  readonly connection: Pick<EngineConnection, 'status'>;
  readonly projects: Pick<Projects, 'snapshot' | 'onDidChange'>;
}

/** One project's container and memory as its forwarder sees them. */
export function createSource(
  { home, connection, projects }: SourceParts,
  row: ProjectRow,
  changed: () => void,
  grace = graceMs,
): HostSource & Disposable {
  let { ports } = row;
  let active = row.state === 'running';
  let end: NodeJS.Timeout | undefined;
  const look = (): void => {
    const now = projects.snapshot.rows.find(({ id }) => id === row.id);
    const declared = now?.container == null ? ports : now.ports;
    const news = JSON.stringify(declared) !== JSON.stringify(ports);
    ports = declared;
    if (now?.state === 'running') {
      clearTimeout(end);
      end = undefined;
      if (news || !active) {
        active = true;
        changed();
      }
    } else if (active) {
      end ??= setTimeout(() => {
        active = false;
        changed();
      }, grace).unref();
    }
  };
  const watch = projects.onDidChange(look);
  look();
  return {
    get active() {
      return active;
    },
    async facts() {
      return { declared: ports, memory: await readMemory(home, row.id), remoteEngine: remote(connection) };
    },
    async remember(hosts) {
      await changeMemory(home, row.id, (memory) => ({ ...memory, hosts }));
    },
    dispose() {
      clearTimeout(end);
      watch.dispose();
    },
  };
}

/** Published ports of an engine that was never reached are nowhere, so the question does not come up. */
export function remote({ status }: Pick<EngineConnection, 'status'>): boolean {
  const info = status.kind === 'connected' ? status.engine.info : status.last;
  return info !== null && isRemoteEngine(info.endpoint.url);
}
