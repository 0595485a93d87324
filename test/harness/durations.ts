import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { cached } from './cache';

/** Milliseconds by a suite's name. */
export type Durations = Readonly<Record<string, number>>;

const file = () => cached('durations.json');

/** How long each suite took when it last ran on this machine; of none on a new one. */
export async function lastDurations(): Promise<Durations> {
  try {
    return JSON.parse(await readFile(file(), 'utf8')) as Durations;
  } catch {
    return {};
  }
}

/** Keeps what was measured beside what is known of suites that did not run this time. */
export async function keepDurations(measured: Durations): Promise<void> {
  await writeFileAtomic(file(), JSON.stringify({ ...(await lastDurations()), ...measured }));
}

/** What takes longest comes first, and what nobody has seen yet before that, in the order given. Pure. */
export function longestFirst<T extends { readonly name: string }>(tasks: readonly T[], known: Durations): T[] {
  return [...tasks].sort((a, b) => (known[b.name] ?? Infinity) - (known[a.name] ?? Infinity) || 0);
}
