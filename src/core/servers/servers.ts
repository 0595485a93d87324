import { timeLimit } from '../abort';
import type { CommandRunner } from '../command';
import type { EngineConnection } from '../engine/types';
import { isCancelled, messageOf } from '../errors';
import type { BerthHome } from '../home';
import type { Logger } from '../log';
import type { ProjectRow } from '../model';
import type { Filled } from './fill';
import type { Placed } from './place';
import { serverArch, type ServerRelease } from './release';
import { serversLabels, serversVolume } from './volume';

/** Milliseconds that a hand-over waits for a copy of a server at the most, and that a download may take. */
const limits = { place: 20_000, fill: 15 * 60_000 };

/** Editors' servers, fetched once on this machine for all containers of one owner. Nothing here fails loudly: an editor fetches its own. */
export interface EditorServers {
  /** Makes the volume, so that containers which are made from now on have it. Cheap after the first time. */
  prepare(signal?: AbortSignal): Promise<void>;
  /**
   * Gives a running container the server of an editor that is about to connect; null where that failed. Where the volume
   * does not have it yet it is fetched meanwhile, for the containers that come after, and `filled` tells when that is over.
   */
  provide(
    row: Pick<ProjectRow, 'name' | 'container' | 'image'>,
    runner: CommandRunner,
    release: ServerRelease,
    signal?: AbortSignal,
  ): Promise<{ readonly placed: Placed | null; readonly filled: Promise<Filled | null> }>;
}

interface Parts {
  readonly home: BerthHome;
  readonly connection: EngineConnection;
  readonly log: Logger;
  /** Ends what is under way when the process has no more use for it. */
  readonly life: AbortSignal;
}

export function createEditorServers({ home, connection, log, life }: Parts): EditorServers {
  const tried = async <T>(doing: string, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      if (!isCancelled(error)) log.log('info', `${doing}: ${messageOf(error)}; the editor fetches its server itself`);
      return null;
    }
  };
  const ended = (ms: number, signal?: AbortSignal): AbortSignal =>
    AbortSignal.any([life, timeLimit(ms), ...(signal === undefined ? [] : [signal])]);
  return {
    async prepare(signal) {
      await tried('No volume for editor servers', async () => {
        const [engine, owner] = await Promise.all([connection.get(signal), home.owner()]);
        await engine.ensureVolume(serversVolume(owner), serversLabels(owner), signal);
      });
    },
    async provide(row, runner, release, signal) {
      const none = Promise.resolve(null);
      const engine = await tried('No engine', () => connection.get(signal));
      const arch = engine === null ? null : serverArch(engine.info.arch);
      if (engine === null || arch === null) return { placed: null, filled: none };
      const { placeServer } = await import('./place');
      const placed = await tried(`No editor server for ${row.name}`, () =>
        placeServer(runner, release, arch, ended(limits.place, signal)),
      );
      if (placed === 'placed') log.log('info', `${row.name} has the editor's server ${release.commit} by copy`);
      if (placed !== 'absent' && placed !== 'without') return { placed, filled: none };
      const filled = tried('No editor server for other projects', async () => {
        const { fillServer } = await import('./fill');
        const made = row.container === null ? null : await engine.inspectContainer(row.container, life);
        const image = made?.imageId ?? row.image;
        const how = await fillServer({ engine, home, image, arch }, release, ended(limits.fill));
        if (how !== 'there') {
          const by = how === 'verified' ? 'its published SHA-256 holds' : 'believed by its HTTPS connection alone';
          log.log('info', `The editor's server ${release.commit} is there for other projects; ${by}`);
        }
        return how;
      });
      return { placed, filled };
    },
  };
}
