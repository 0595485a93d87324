import type { SecretRow } from '../model';
import { declaredSecrets, sourceText, unknownRow } from './declared';
import type { Found, SecretWish } from './types';

/** What is known of a container's secrets; kept in Berth's home, and without a value or anything made of one. */
export interface SecretsRecord {
  readonly container: string;
  /** The start that `rows` tell of; null where none has had its secrets. */
  readonly started: string | null;
  readonly rows: readonly SecretRow[];
  /**
   * The template's `secrets` as a person last asked for them, where that was after the container was made. Programs in
   * the container can write the template, so what Berth does by itself goes by this.
   */
  readonly agreed?: Readonly<Record<string, unknown>>;
  /** Its services wait at each start though it was made without secrets: some came to be wanted since. */
  readonly waits?: boolean;
}

/** What the container told when the values were brought in. */
export interface Told {
  readonly changed: ReadonlySet<string>;
  readonly there: ReadonlySet<string>;
  readonly links: ReadonlyMap<string, 'done' | 'taken' | 'denied'>;
}

/** Reads the lines that the script tells; what is none of them is passed over. Pure. */
export function toldOf(output: string): Told {
  const changed = new Set<string>();
  const there = new Set<string>();
  const links = new Map<string, 'done' | 'taken' | 'denied'>();
  for (const line of output.split('\n')) {
    const [, word, name = '', how] = /^(changed|there|link) (\w+)(?: (done|taken|denied))?$/.exec(line) ?? [];
    if (word === 'changed') changed.add(name);
    else if (word === 'there') there.add(name);
    else if (word === 'link' && how !== undefined) links.set(name, how as 'done' | 'taken' | 'denied');
  }
  return { changed, there, links };
}

/** What views are to show of each secret. `found` of those that were asked for now. Pure. */
export function secretRows(
  wishes: readonly SecretWish[],
  found: ReadonlyMap<string, Found>,
  told: Told,
  former: readonly SecretRow[],
  now: string,
): readonly SecretRow[] {
  return wishes.map((wish): SecretRow => {
    const { name, from, as, path, required } = wish;
    const about = { name, from: sourceText(from), as, path, required };
    const before = former.find((row) => row.name === name && row.as === as);
    const source = found.get(name);
    if (!told.there.has(name)) {
      // Of one that was not read now, what is known stays.
      const known = before?.state === 'missing' ? before.detail : 'it is not there';
      const why = source === undefined || source.kind === 'value' ? known : source.why;
      return { ...about, state: 'missing', detail: why, changed: null };
    }
    const stays = source === undefined ? keptBefore(before) : kept(source);
    const details = [linkTrouble(wish, told), stays].filter((text) => text !== null);
    return {
      ...about,
      state: 'injected',
      detail: details.length === 0 ? null : details.join('; '),
      changed: told.changed.has(name) ? now : (before?.changed ?? now),
    };
  });
}

function linkTrouble({ name, path }: SecretWish, { links }: Told): string | null {
  switch (links.get(name)) {
    case 'taken':
      return `${path ?? ''} is a file of your own and stays as it is; the secret lies in /run/berth/secrets/files/${name}`;
    case 'denied':
      return `${path ?? ''} cannot be made; the secret lies in /run/berth/secrets/files/${name}`;
    case 'done':
    case undefined:
      return null;
  }
}

/** What was said so of one that was not read now. */
function keptBefore(before: SecretRow | undefined): string | null {
  return before?.state === 'injected' ? (/the former value stays: .*/.exec(before.detail ?? '')?.[0] ?? null) : null;
}

/** A value that is there though its source had none now. */
function kept(source: Found | undefined): string | null {
  if (source === undefined || source.kind === 'value') return null;
  return `the former value stays: ${source.why}`;
}

/** The spec that a container's secrets are taken from: as a person last asked for them. Pure. */
export function agreedSpec(
  made: Readonly<Record<string, unknown>>,
  record: SecretsRecord | null,
  container: { readonly id: string },
): Readonly<Record<string, unknown>> {
  const agreed = record?.container === container.id ? record.agreed : undefined;
  return agreed === undefined ? made : { ...made, secrets: agreed };
}

/** The rows of a container; without `startedAt`, of whichever start is known. Pure. */
export function rowsOf(
  spec: Readonly<Record<string, unknown>>,
  record: SecretsRecord | null,
  container: { readonly id: string; readonly startedAt?: string | null },
): readonly SecretRow[] {
  const ofThis = record?.container === container.id;
  const current = ofThis && (container.startedAt === undefined || container.startedAt === record.started);
  return declaredSecrets(spec).map((wish) => {
    const row = current ? record.rows.find(({ name, as }) => name === wish.name && as === wish.as) : undefined;
    return row ?? unknownRow(wish);
  });
}
