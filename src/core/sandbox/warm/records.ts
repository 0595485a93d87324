import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BerthHome } from '../../home';

type Home = Pick<BerthHome, 'dir'>;

/** A container of the warm pool, as Berth's home knows it. */
export interface WarmRecord {
  /** Its folder's name, and its project's. */
  readonly slot: string;
  /** The project's id. */
  readonly project: string;
  /** The name of the template that it was made from, without an agent's own words over it. */
  readonly template: string;
  /** ISO 8601 instants of its making, and of the end that it comes to where nobody takes it. */
  readonly made: string;
  readonly ends: string;
  /** False while it is made: nobody takes it before that is over. */
  readonly ready: boolean;
}

/** One that was taken, and when it ends since then: ISO 8601 instants. */
export interface TakenRecord extends WarmRecord {
  readonly later: string;
  /** Whether the container itself knows. */
  readonly told: boolean;
}

/** Where the folders of agents' own containers lie. */
export function agentsDir(home: string): string {
  return join(home, 'agents');
}

/** The workspace of one of them, and its template, which lies out of the container's reach. Pure. */
export function placeOf(home: string, name: string): { readonly folder: string; readonly file: string } {
  const folder = join(agentsDir(home), name, name);
  return { folder, file: `${folder}.yaml` };
}

/** The lock under which a key gets its one container. Pure. */
export const keyLock = (name: string): string => `agent-${name}`;

const waitingDir = ({ dir }: Home): string => join(agentsDir(dir), '.warm');
const waitingFile = (home: Home, slot: string): string => join(waitingDir(home), `${slot}.json`);
const goingFile = (home: Home, slot: string): string => join(waitingDir(home), `${slot}.going`);
const takenFile = ({ dir }: Home, name: string): string => join(agentsDir(dir), name, 'slot.json');

/** The name under which the pool would know a project by its folder; null for what is none of Berth's own folders. Pure. */
export function slotOf(folder: string): string | null {
  const slot = basename(folder);
  return slot !== '' && slot === basename(dirname(folder)) ? slot : null;
}

/**
 * The slots whose containers wait in the pool, or are on their way out of it: they are nobody's then, and are not listed.
 * One look at one folder for all projects, without waiting: between a record and its row nobody may see the row.
 */
export function waitingSlots({ dir }: Home): ReadonlySet<string> {
  try {
    return new Set(readdirSync(waitingDir({ dir })).map((name) => name.replace(/\.(?:json|going)$/, '')));
  } catch {
    return new Set(); // There never was a pool.
  }
}

/** Those that wait or are being made, the oldest first; a torn file reads as one that was being made. */
export async function readWaiting(home: Home): Promise<WarmRecord[]> {
  const found: WarmRecord[] = [];
  for (const name of await namesIn(waitingDir(home))) {
    if (!name.endsWith('.json')) continue;
    const slot = name.slice(0, -'.json'.length);
    const record = await readRecord(waitingFile(home, slot));
    if (record !== 'gone') found.push(record ?? torn(slot));
  }
  return found.sort((a, b) => a.made.localeCompare(b.made));
}

/** The slots whose removal was begun. */
export async function readGoing(home: Home): Promise<string[]> {
  const names = await namesIn(waitingDir(home));
  return names.flatMap((name) => (name.endsWith('.going') ? [name.slice(0, -'.going'.length)] : []));
}

/** For who makes it, alone: nobody else writes a record that waits. */
export async function writeWaiting(home: Home, record: WarmRecord): Promise<void> {
  await mkdir(waitingDir(home), { recursive: true, mode: 0o700 });
  await write(waitingFile(home, record.slot), record);
}

/** What became of one that was taken. Where its key has been given up meanwhile nothing is written. */
export async function writeTaken(home: Home, name: string, record: TakenRecord): Promise<void> {
  if (existsSync(takenFile(home, name))) await write(takenFile(home, name), record);
}

async function write(file: string, record: WarmRecord): Promise<void> {
  const { default: writeFileAtomic } = await import('write-file-atomic');
  await writeFileAtomic(file, `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

/**
 * Takes a container for an agent's key, by moving its record: of all processes that try, one can. From then on it is
 * listed, and the key leads to it. Call it under the key's lock, since the key may have only one.
 * @param name the key's, see {@link placeOf} @returns false where another was first
 */
export async function take(home: Home, slot: string, name: string): Promise<boolean> {
  const file = takenFile(home, name);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  return moved(waitingFile(home, slot), file);
}

/** Begins a removal in the same way, so that nobody takes what goes. @returns false where it was taken */
export function beginGoing(home: Home, slot: string): Promise<boolean> {
  return moved(waitingFile(home, slot), goingFile(home, slot));
}

/** The removal is over. */
export async function forgetGoing(home: Home, slot: string): Promise<void> {
  await rm(goingFile(home, slot), { force: true });
}

/** The slot that a key leads to; null where it leads to none, or to one whose folder is gone. */
export async function takenFor(home: Home, name: string): Promise<string | null> {
  const record = await readRecord(takenFile(home, name));
  if (record === 'gone' || record === null) return null;
  return existsSync(placeOf(home.dir, record.slot).folder) ? record.slot : null;
}

/** Those that were taken and may not know yet when they end, by their keys' names. */
export async function readUntold(home: Home): Promise<{ readonly name: string; readonly record: TakenRecord }[]> {
  const found: { readonly name: string; readonly record: TakenRecord }[] = [];
  for (const name of await namesIn(agentsDir(home.dir))) {
    const record = await readRecord(takenFile(home, name));
    if (record === 'gone' || record === null) continue;
    const { later, told } = record as Partial<TakenRecord>;
    if (later !== undefined && told === false) found.push({ name, record: { ...record, later, told } });
  }
  return found;
}

/** The slot's container is gone for good: its key may have another. */
export async function forgetTaken(home: Home, slot: string): Promise<void> {
  for (const name of await namesIn(agentsDir(home.dir))) {
    const record = await readRecord(takenFile(home, name));
    if (record === 'gone' || record?.slot !== slot) continue;
    await rm(dirname(takenFile(home, name)), { recursive: true, force: true });
  }
}

async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function readRecord(file: string): Promise<WarmRecord | 'gone' | null> {
  try {
    const found = JSON.parse(await readFile(file, 'utf8')) as Partial<WarmRecord> | null;
    return typeof found?.slot === 'string' && typeof found.ends === 'string' ? (found as WarmRecord) : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'gone';
    return null;
  }
}

const torn = (slot: string): WarmRecord => ({ slot, project: '', template: '', made: '', ends: '', ready: false });
