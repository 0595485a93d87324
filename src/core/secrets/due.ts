import { orderedJson } from '../projects/spec-diff';
import { declaredSecrets } from './declared';
import { agreedSpec } from './record';
import type { SecretsRecord } from './record';
import type { SourceContext } from './types';

type Spec = Readonly<Record<string, unknown>>;

export interface DueFacts {
  readonly container: { readonly id: string };
  /** What the container was made with. */
  readonly made: Spec;
  readonly record: SecretsRecord | null;
  /** The template's `secrets` as they are now; null where they cannot be told. */
  readonly wanted: unknown;
  readonly env: SourceContext['env'];
}

/**
 * Whether a person who asks for the project has secrets to be brought in though its start had them: the template declares
 * others by now, or a variable that was missing is set in this shell. Asks nobody. Pure.
 */
export function areSecretsDue(facts: DueFacts): boolean {
  const { container, made, record, env } = facts;
  if (isOtherWish(facts)) return true;
  const spec = agreedSpec(made, record, container);
  const missing = (record?.container === container.id ? record.rows : []).filter(({ state }) => state === 'missing');
  if (missing.length === 0) return false;
  return declaredSecrets(spec).some(
    ({ name, from }) =>
      from.kind === 'env' && (env[from.value] ?? '') !== '' && missing.some((row) => row.name === name),
  );
}

/** Whether the template declares other secrets than those that were last asked for. Pure. */
export function isOtherWish({ container, made, record, wanted }: Omit<DueFacts, 'env'>): boolean {
  if (wanted === null || wanted === undefined) return false;
  return orderedJson(wanted) !== orderedJson(agreedSpec(made, record, container)['secrets'] ?? {});
}

/**
 * What Berth does by itself, on a timer: what a person asked for and the template still says word for word. What the
 * template no longer has may go; what it has come to ask for, or asks otherwise, waits for a person. Pure.
 */
export function byItself(agreed: Spec, wanted: unknown): { readonly keep: Spec; readonly read: ReadonlySet<string> } {
  const mine = new Map(Object.entries((agreed['secrets'] ?? {}) as Spec));
  if (wanted === null || wanted === undefined) return { keep: agreed, read: new Set(mine.keys()) };
  const theirs = new Map(Object.entries(wanted as Spec));
  const kept = [...mine].filter(([name]) => theirs.has(name));
  const same = kept.filter(([name, wish]) => orderedJson(theirs.get(name)) === orderedJson(wish));
  return { keep: { ...agreed, secrets: Object.fromEntries(kept) }, read: new Set(same.map(([name]) => name)) };
}
