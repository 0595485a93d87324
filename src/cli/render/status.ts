import type { GitAccess } from '../../core/git/types';
import { stopsWhenIdle } from '../../core/idle/words';
import { sizeOf } from '../../core/size';
import type { LifecycleStep } from '../../core/model';
import type { PortRow } from '../../core/ports/types';
import { portText } from '../../core/ports/words';
import type { ProjectDetail } from '../../core/projects/types';
import type { ServiceRow } from '../../core/services/types';
import type { StorageRow } from '../../core/storage/look';
import { volumeText } from '../../core/storage/words';
import { gitText } from './git';
import { reasonLines } from './health';
import { age, columns, duration } from './layout';
import { secretText } from './secrets';
import { serviceText } from './services';
import { paintState, printable, type Style } from './style';

/** `berth status` for a person. */
export function statusText(
  { row, limits, usage, writableBytes, connections, steps, secrets }: ProjectDetail,
  ports: readonly PortRow[],
  services: readonly ServiceRow[],
  git: GitAccess | null,
  storage: readonly StorageRow[],
  style: Style,
): string {
  const health = row.health === 'unknown' ? '' : `, ${paintState(row.health, style)}`;
  const detail = row.detail === '' ? '' : ` (${printable(row.detail)})`;
  const percent = (value: number | null) => (value === null ? '' : ` (${value.toFixed(0)} %)`);
  const of = (limit: string | null) => (limit === null ? '' : ` of ${limit}`);
  const facts: [string, string][] = [
    ['folder', printable(row.folder)],
    ['template', printable(row.template)],
    ['image', printable(row.image)],
    ['container', row.container === null ? 'none' : `${row.containerName}, generation ${row.generation}`],
    ['before it', row.former === null ? '' : `generation ${row.former}; berth rollback goes back to it`],
    ['made', row.created === null ? '' : `${age(row.created)} ago`],
    ['exit code', row.exitCode === null ? '' : String(row.exitCode)],
    ['ssh host', row.alias],
    ['idle', row.stopsAfterMs === undefined ? '' : stopsWhenIdle(row.stopsAfterMs)],
    ['git', git === null ? '' : gitText(git)],
    [
      'cpu',
      usage?.cpuPercent == null
        ? ''
        : `${usage.cpuPercent.toFixed(0)} %${of(limits.cpus === null ? null : `${limits.cpus} ${limits.cpus === 1 ? 'cpu' : 'cpus'}`)}`,
    ],
    [
      'memory',
      usage === null
        ? ''
        : `${sizeOf(usage.memoryBytes)}${of(limits.memoryBytes === null ? null : sizeOf(limits.memoryBytes))}${percent(usage.memoryPercent)}`,
    ],
    ['connections', usage === null ? '' : `${connections.ssh} by ssh, ${connections.exec} by exec`],
    ['disk', usage?.diskPercent == null ? '' : `${usage.diskPercent.toFixed(0)} %`],
    ['own layer', writableBytes === null ? '' : sizeOf(writableBytes)],
    ['processes', usage === null ? '' : `${usage.pids}${of(limits.pids === null ? null : String(limits.pids))}`],
  ];
  return [
    `${style.bold(printable(row.name))} is ${paintState(row.state, style)}${health}${detail}`,
    ...columns(facts.filter(([, value]) => value !== '').map(([name, value]) => [`  ${name}`, value])),
    ...steps.flatMap((step) => stepLines(step, style)),
    ...secrets.map((secret) => `  ${style.dim('secret')} ${secretText(secret, style)}`),
    ...services.map((service) => `  ${style.dim('service')} ${serviceText(service)}`),
    ...ports.map((port) => `  ${style.dim('port')} ${portText(port)}`),
    ...storage.map((volume) => `  ${style.dim('volume')} ${printable(storageLine(volume, row.container !== null))}`),
    ...reasonLines(row, style),
  ].join('\n');
}

/** Where a volume is says more than its name, which only the engine's own tools need. */
function storageLine(volume: StorageRow, hasContainer: boolean): string {
  return volumeText(volume, hasContainer) + (volume.target === null ? ` (${volume.name})` : ` at ${volume.target}`);
}

/** A step of setting up that is done is no news; one that failed is, with its last words. */
function stepLines(step: LifecycleStep, style: Style): string[] {
  if (step.state === 'done') return [];
  const took = step.ms === null ? '' : ` after ${duration(step.ms)}`;
  const how = step.state === 'failed' ? `failed with exit code ${step.exitCode ?? 'unknown'}${took}` : step.state;
  const paint = step.state === 'failed' ? style.red : style.dim;
  const last = step.output === '' ? [] : step.output.split('\n').slice(-5);
  return [
    `  ${paint(`${step.phase} ${step.index} of ${step.of}`)} ${how}: ${printable(step.command)}`,
    ...last.map((line) => `    ${style.dim(printable(line))}`),
    ...(step.state === 'failed' ? [`    The container can be used. "berth up" goes on at this command.`] : []),
  ];
}
