import type { Core } from '../../core/index';
import type { ProjectRow } from '../../core/model';
import type { StorageRow } from '../../core/storage/look';
import { volumeText } from '../../core/storage/words';
import { askBeforeLoss } from '../notify/ask-before-loss';
import { scoped } from '../notify/failure';
import { longAction } from '../notify/long-action';
import type { Parts } from '../parts';
import { lossPage } from '../rows/loss-look';
import type { CommandId } from './ids';
import type { Registering } from './registry';
import { projectFor, requireTrust } from './target';

/** Does something to a project with its row's spinner, and a notification if it takes long. */
async function act(
  parts: Parts,
  row: ProjectRow,
  verb: string,
  work: (core: Core, signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const core = await parts.session.core();
  const abort = new AbortController();
  const under = parts.session.work.begin(row.id, verb, abort);
  try {
    await scoped({ target: { row } }, () =>
      longAction({ title: `Berth: ${verb} ${row.name}`, abort }, () => work(core, abort.signal)),
    );
  } finally {
    under.dispose();
  }
}

export function registerLifecycle(commands: Registering, parts: Parts): void {
  const verbs = [
    ['berth.start', 'starting', 'start'],
    ['berth.stop', 'stopping', 'stop'],
    ['berth.restart', 'restarting', 'restart'],
  ] as const satisfies readonly (readonly [CommandId, string, string])[];
  for (const [id, doing, verb] of verbs) {
    commands.register(id, async (target) => {
      if (verb !== 'stop') requireTrust();
      const row = await projectFor(parts, id, target);
      if (row === undefined) return;
      await act(parts, row, doing, (core, signal) => core.projects[verb](row, signal));
    });
  }

  commands.register('berth.remove', async (target) => {
    const row = await projectFor(parts, 'berth.remove', target);
    if (row === undefined) return;
    const core = await parts.session.core();
    const volumes = await core.projects.storage(row, { patienceMs: 1_000, insideOnly: true });
    const show = (): Promise<void> =>
      scoped({ target: { row } }, async () => {
        await parts.texts.read('lost.md', lossPage(row.name, await core.projects.lossPreview(row)));
      });
    const purge = await askRemove(row, volumes, show);
    if (purge === undefined) return;
    await act(parts, row, 'removing', () => core.projects.remove(row, { purge }));
  });
}

/** Lists what would go and what would stay. @returns whether the volumes go too; undefined when the user left */
async function askRemove(
  row: ProjectRow,
  volumes: readonly StorageRow[],
  show: () => Promise<void>,
): Promise<boolean | undefined> {
  const keep = volumes.length === 0 ? 'Remove Container' : 'Remove, Keep Volumes';
  const purge = 'Remove All';
  const names = volumes.map((one) => `\n   ${volumeText(one, row.container !== null)}: ${one.name}`).join('');
  const running = row.state === 'running' ? ' It is running; what runs in it ends.' : '';
  const detail = [
    `Lost: the container ${row.containerName} and all that was changed in it outside the volumes.${running}`,
    `Kept: the folder ${row.folder}${volumes.length === 0 ? '.' : ', and unless you remove all:'}${names}`,
  ].join('\n\n');
  const choices = volumes.length === 0 ? [keep] : [keep, purge];
  const look = { label: 'Show What Is Lost', show };
  const chosen = await askBeforeLoss({ question: `Remove ${row.name}?`, detail, look, choices });
  return chosen === undefined ? undefined : chosen === purge;
}
