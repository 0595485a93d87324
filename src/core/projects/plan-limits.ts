import type { ContainerDetail, Engine, LimitChange } from '../engine/types';
import { BerthError } from '../errors';
import type { Limits } from '../model';
import type { TemplateSpec } from '../templates/types';
import type { DifferenceClass } from './plan-classes';
import { sizeText } from './plan-values';
import type { PlanDifference } from './types';

/** What a template asks for of what the engine can change in a running container. */
export type WantedLimits = Pick<TemplateSpec['resources'], 'cpus' | 'memory' | 'pids'>;

const fields = [
  { path: 'resources.cpus', name: 'cpus', key: 'cpus', text: String },
  { path: 'resources.memory', name: 'memory', key: 'memoryBytes', text: sizeText },
  { path: 'resources.pids', name: 'pids', key: 'pids', text: String },
] as const;

/** The limits that a template comes to on an engine with so many cpus, which refuses to give more than it has. Pure. */
export function limitsOn(wanted: WantedLimits, engineCpus: number): Readonly<Record<keyof Limits, number>> {
  return { cpus: Math.min(wanted.cpus, engineCpus), memoryBytes: wanted.memory, pids: wanted.pids };
}

/**
 * What has to be said to the engine so that a container gets these limits; empty when it has them. A limit that it has
 * not at all is left alone: the engine does not enforce it here, and would be asked in vain each time. Pure.
 */
export function limitChange(real: Limits, wanted: Readonly<Record<keyof Limits, number>>): LimitChange {
  const differing = fields.filter(({ key }) => real[key] !== null && !same(real[key], wanted[key]));
  return Object.fromEntries(differing.map(({ key }) => [key, wanted[key]]));
}

/** A change in words: `cpus 4 → 2, memory 8g → 4g`. Pure. */
export function limitChangeInWords(real: Limits, change: LimitChange): string {
  const words = fields.flatMap(({ name, key, text }) => {
    const [had, gets] = [real[key], change[key]];
    return gets === undefined ? [] : [`${name} ${had === null ? 'none' : text(had)} → ${text(gets)}`];
  });
  return words.join(', ');
}

/** Said where a template asks for more cpus than the engine has. Pure. */
export function clampedInWords(asked: number, engineCpus: number): string {
  return `The template asks for ${asked} cpus; this engine has ${engineCpus}, so it gets these.`;
}

/**
 * How a container's limits differ from its template's. What the engine says counts, not what the container was made
 * with: they may have been changed since, by Berth or by hand. `made`: what the template said then. Pure.
 */
export function limitDifferences(
  real: Limits,
  made: WantedLimits | null,
  wanted: WantedLimits,
  engineCpus: number,
): PlanDifference[] {
  const target = limitsOn(wanted, engineCpus);
  const clamped = target.cpus < wanted.cpus;
  return fields.flatMap(({ path, name, key, text }): PlanDifference[] => {
    const had = real[key];
    const changed = made?.[name] !== wanted[name];
    const told = (kind: DifferenceClass, why: string, after = target[key]): PlanDifference[] => [
      { path, before: had === null ? null : text(had), after: text(after), class: kind, why },
    ];
    if (had === null) return changed ? told('nothing', 'the engine does not enforce it on this container') : [];
    const more =
      key === 'cpus' && clamped ? `; the template asks for ${wanted.cpus}, this engine has ${engineCpus}` : '';
    if (!same(had, target[key])) return told('live', `the engine changes it without a restart${more}`);
    return changed && more !== ''
      ? told('nothing', `this engine has ${engineCpus}, so it gets these`, wanted.cpus)
      : [];
  });
}

/**
 * Gives a container other limits without a restart: all of them or none.
 * @returns what the engine had to say about it
 * @throws BerthError `memory_in_use`, where it uses more memory than it may have then; `engine_unsupported`
 */
export async function applyLimits(
  engine: Engine,
  container: ContainerDetail,
  change: LimitChange,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const { memoryBytes } = change;
  if (memoryBytes !== undefined && memoryBytes < (container.limits.memoryBytes ?? 0) && container.state === 'running') {
    // Asked before, since on some systems the kernel would not refuse but kill what is in the way.
    const usage = await engine.containerUsage(container.id, signal);
    if (usage.memoryBytes >= memoryBytes) throw memoryInUse(memoryBytes, usage.memoryBytes);
  }
  return engine.updateContainer(container.id, change, signal);
}

function memoryInUse(wanted: number, used: number): BerthError {
  const megabytes = Math.ceil(used / 2 ** 20);
  return new BerthError(
    'memory_in_use',
    `The container uses ${megabytes} MiB of memory now, so it cannot be limited to ${sizeText(wanted)}.`,
    { hint: 'End what uses it, or stop the container: the next `berth up` starts it with the new limit.' },
  );
}

/** The engine counts in billionths of a cpu. */
function same(one: number | null, other: number): boolean {
  return one !== null && Math.round(one * 1e9) === Math.round(other * 1e9);
}
