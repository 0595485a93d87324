import type { ContainerSummary } from '../engine/types';
import { labels } from '../model';
import type { LifecyclePhase } from '../model';
import type { TemplateSpec } from '../templates/schema';
import { isRecord } from './spec-diff';

/** A spec as the label `dev.berth.spec` has it: another version may have left out any part, or written it otherwise. */
export type MadeSpec = Readonly<Partial<Record<keyof TemplateSpec, unknown>>>;

type Labelled = Pick<ContainerSummary, 'labels'>;

/** Null for a label that is missing or torn. Pure. */
export function parseSpec(text: string | undefined): MadeSpec | null {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    return isRecord(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

/** A row is made of several parts of it, each asked for by another room. */
const parsed = new WeakMap<Labelled['labels'], MadeSpec>();

/** What the container was made with, not what the template says by now; empty where the label cannot tell. Pure. */
export function specAtMaking({ labels: given }: Labelled): MadeSpec {
  const known = parsed.get(given);
  if (known !== undefined) return known;
  const spec = parseSpec(given[labels.spec]) ?? {};
  parsed.set(given, spec);
  return spec;
}

/** A map within a spec, with the names that this version has in it. */
export type MadePart<Key extends keyof TemplateSpec> = Readonly<Partial<Record<keyof TemplateSpec[Key], unknown>>>;

/** Empty where the spec has no map there. Pure. */
export function partOf<Key extends keyof TemplateSpec>(spec: MadeSpec, key: Key): MadePart<Key> {
  const part = spec[key];
  return (isRecord(part) ? part : {}) as MadePart<Key>;
}

/** The commands of a phase that the container was made with. Pure. */
export function commandsOf(container: Labelled, phase: LifecyclePhase): readonly string[] {
  const commands = specAtMaking(container)[phase];
  return Array.isArray(commands) ? commands.map(String) : [];
}
