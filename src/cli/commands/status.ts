import type { Health } from '../../core/health/health';
import { reasonHealth } from '../../core/model';
import type { ProjectRow, ReasonCode } from '../../core/model';
import { nameOperand, type Command } from '../command';
import type { Options } from '../options';
import type { Result } from '../result';
import { badUsage } from '../usage';

export const status: Command = {
  name: 'status',
  synopsis: '[NAME] [--snooze CODE [--for HOURS]]',
  summary: 'health, staleness with reasons, limits, use, ports',
  listed: false,
  operands: [nameOperand],
  options: [
    { flags: '--snooze <CODE>', description: 'put a reason of its health off, by its code' },
    { flags: '--for <HOURS>', description: 'for how long (default: 24; 0 takes it back)' },
  ],
  output: 'document',
  async run({ core, cwd, signals }, { operands: [name], options }) {
    const { health, projects, ports, services, git } = await core();
    const asked = snoozeAsked(options);
    const found = await projects.find(name, cwd, signals.abort);
    if (asked !== null) return snoozed(health, found, asked);
    // What only a look at it tells: whether it answers, and whether it was started again after a crash.
    if (found.state === 'running') await health.look(found, signals.abort);
    const row = projects.snapshot.rows.find(({ id }) => id === found.id) ?? found;
    const [detail, forwards, access] = await Promise.all([
      projects.detail(row, signals.abort),
      ports.look(row, signals.abort),
      git.look(row, signals.abort),
    ]);
    // Not at the same time: who is in the container is counted, and asking is one more.
    const supervised = await services.list(row, signals.abort);
    const storage = await projects.storage(row, { patienceMs: 2_000 }, signals.abort);
    return { kind: 'status', detail, ports: forwards, services: supervised, git: access, storage };
  },
};

interface Snooze {
  readonly code: ReasonCode;
  readonly hours: number;
}

function snoozeAsked(options: Options): Snooze | null {
  const [code, text = '24'] = [options.text('snooze'), options.text('for')];
  if (code === undefined) {
    if (options.text('for') !== undefined) throw badUsage('--for goes with --snooze');
    return null;
  }
  const known = (Object.keys(reasonHealth) as ReasonCode[]).find((each) => each === code);
  if (known === undefined) throw badUsage(`There is no reason "${code}".`, 'berth status NAME --json has the codes.');
  const hours = /^\d{1,4}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(hours)) throw badUsage(`--for wants a number of hours, not "${text}"`);
  return { code: known, hours };
}

async function snoozed(health: Health, row: ProjectRow, { code, hours }: Snooze): Promise<Result> {
  const forMs = hours * 3_600_000;
  await health.snooze(row, code, forMs);
  return { kind: 'snoozed', row, code, until: forMs > 0 ? new Date(Date.now() + forMs).toISOString() : null };
}
