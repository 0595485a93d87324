import type { ProjectRow } from '../../core/model';
import type { RemovePlan } from '../../core/projects/types';
import { volumeText } from '../../core/storage/words';
import { nameOperand, type Command, type Context } from '../command';
import { ask, canAsk, confirm } from '../interactive';
import { printable } from '../render/style';
import { badUsage } from '../usage';
import { cancelled } from '../../core/errors';

export const rm: Command = {
  name: 'rm',
  synopsis: '[NAME] [--purge] [--force]',
  summary: 'remove the container; volumes are kept',
  // They share a line of the help, which has to fit a screen.
  listed: { call: 'rm|snapshot …', summary: 'remove it, volumes are kept; keep it as an image' },
  operands: [nameOperand],
  options: [
    { flags: '--purge', description: 'delete its volumes too: the home folder and all it persists' },
    { flags: '--force', description: 'ask nothing; remove it even while it runs' },
  ],
  output: 'document',
  notes: [
    'The project’s folder itself is never touched. Without a terminal nothing is',
    'asked: a running container needs --force, volumes need --purge --force.',
  ],
  async run(context, { operands: [name], options }) {
    const { projects } = await context.core();
    const row = await projects.find(name, context.cwd, context.signals.abort);
    const plan = await projects.planRemove(row, context.signals.abort);
    const purge = await decide(context, plan, { purge: options.flag('purge'), force: options.flag('force') });
    const kept = await projects.remove(row, { purge }, context.signals.abort);
    const deleted = purge ? plan.volumes.map((volume) => volume.name).filter((volume) => !kept.includes(volume)) : [];
    return { kind: 'removed', row, kept, deleted };
  },
};

/** Whether volumes go too; throws where the answer is no, or where nobody is there to give one. */
async function decide(context: Context, plan: RemovePlan, { purge, force }: { purge: boolean; force: boolean }) {
  const { row, volumes } = plan;
  if (purge && volumes.length > 0) await tellVolumes(context, plan);
  if (force) return purge;
  const running = row.state === 'running';
  if (!canAsk(context)) {
    if (purge && volumes.length > 0) {
      throw badUsage(
        `Deleting the volumes of "${row.name}" has to be confirmed.`,
        'Add --force to delete them without being asked.',
      );
    }
    if (running) throw badUsage(`"${row.name}" is running.`, 'Add --force, or stop it first: berth stop.');
    return purge;
  }
  if (purge) {
    await confirm(context, `Remove ${title(row)} and delete these volumes for good?`);
    return true;
  }
  if (volumes.length === 0) {
    if (running) await confirm(context, `Remove ${title(row)}?`);
    return false;
  }
  return await askForVolumes(context, plan);
}

function title(row: ProjectRow): string {
  return `the ${row.state === 'running' ? 'running ' : ''}container of "${printable(row.name)}"`;
}

/** With their sizes, where these can be had while somebody waits. */
async function tellVolumes({ core, streams, signals }: Context, { row }: RemovePlan): Promise<void> {
  const { projects } = await core();
  const volumes = await projects.storage(row, { patienceMs: 3_000 }, signals.abort);
  const lines = volumes.map((volume) => `  ${volume.name}  ${printable(volumeText(volume, row.container !== null))}`);
  streams.stderr.write(`${['Volumes:', ...lines].join('\n')}\n`);
}

async function askForVolumes(context: Context, plan: RemovePlan): Promise<boolean> {
  await tellVolumes(context, plan);
  const answer = await ask(context, `Remove ${title(plan.row)}? Volumes: [k]eep, [d]elete, [C]ancel `);
  if (answer === 'k' || answer === 'keep') return false;
  if (answer === 'd' || answer === 'delete') return true;
  throw cancelled();
}
