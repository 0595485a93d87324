import { BerthError } from '../errors';
import { withLock } from '../lock';
import { noProgress } from '../log';
import { labels } from '../model';
import type { ProjectRow } from '../model';
import { letArrivalsIn } from '../projects/arrivals';
import { byRole } from '../projects/containers';
import type { ProjectsParts } from '../projects/context';
import { eachStart } from '../projects/each-start';
import { containerName } from '../projects/identity';
import type { ContainerRole } from '../projects/identity';
import { putRight } from '../projects/put-right';
import { containerGone } from '../projects/rows';
import { stopGraceSeconds } from '../projects/switch';
import { rememberVolumes } from '../storage/remember';
import { otherVolumes } from './other-volumes';
import type { RollbackResult } from './types';

/**
 * Goes back to the container that a refresh replaced; asked once more, to the one that this put aside. The home folder and
 * the workspace stay as they are now: they are on volumes and belong to both. If the other one does not start, the one in
 * use is put back.
 * @throws BerthError `nothing_to_roll_back`
 */
export async function rollback(parts: ProjectsParts, row: ProjectRow, signal?: AbortSignal): Promise<RollbackResult> {
  const { home, log, store } = parts;
  const engine = await parts.connection.get(signal);
  const owner = await home.owner();
  return withLock(
    home.locksDir,
    row.id,
    async () => {
      const { current, prev, undo } = byRole(await putRight({ engine, log, owner }, row.id, signal), row);
      const other = prev ?? undo;
      if (current === undefined) throw containerGone(row.name);
      if (other === undefined) {
        throw new BerthError('nothing_to_roll_back', `${row.name} has no earlier container to go back to.`, {
          hint: 'A refresh keeps the one that it replaced for as long as `health.keep` says.',
        });
      }
      const name = (role?: ContainerRole): string => containerName(row.name, row.id, role);
      // What a rollback puts aside is told from what a refresh replaced.
      const [aside, former] = prev === undefined ? (['prev', 'undo'] as const) : (['undo', 'prev'] as const);
      const had = await engine.inspectContainer(current.id, signal);
      if (prev !== undefined && undo !== undefined) await engine.removeContainer(undo.id, { force: true }, signal);
      // From here on it is done as a whole: half of it is worse than either end. Who connects waits from the first rename.
      await engine.renameContainer(current.id, name(aside));
      await letArrivalsIn(engine, current.id);
      await engine.stopContainer(current.id, stopGraceSeconds);
      await engine.renameContainer(other.id, name());
      try {
        await engine.startContainer(other.id);
      } catch (error) {
        await engine.renameContainer(other.id, name(former));
        await engine.renameContainer(current.id, name());
        await engine.startContainer(current.id);
        throw error;
      }
      const container = await engine.inspectContainer(other.id);
      const now = await store.loadOne(engine, row.id);
      if (container === null || now === null) throw containerGone(row.name);
      await rememberVolumes({ engine, home, owner, project: row.id }, container);
      await parts.ssh.ensureHost(now);
      await eachStart({ ...parts, engine, row: now, container }, noProgress, signal);
      return {
        row: (await store.loadOne(engine, row.id, undefined, signal)) ?? now,
        aside: Number(current.labels[labels.generation]) || 1,
        returned: otherVolumes(had?.mounts ?? [], container.mounts),
      };
    },
    signal,
  );
}
