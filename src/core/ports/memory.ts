import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { BerthHome } from '../home';
import { withLock } from '../lock';
import type { Moved, PortAsk } from './types';

/** The number that a forward had: so that it has the same one the next time. */
export interface Remembered {
  readonly port: number;
  readonly wanted: number;
  readonly host: number;
  readonly moved: Moved | null;
}

/** What is to last about a project's ports. Kept in Berth's home, one file a project, shared by all processes. */
export interface PortMemory {
  readonly hosts: readonly Remembered[];
  /** What a person forwarded beside the declared ports. */
  readonly added: readonly PortAsk[];
  /** Declared ports that a person stopped. */
  readonly stopped: readonly number[];
  /** Ports a person was asked about. */
  readonly asked: readonly number[];
  /** Whether a person wants to be asked about none. */
  readonly silent: boolean;
}

/** What is known of a project that nothing was kept of. */
export const emptyMemory: PortMemory = { hosts: [], added: [], stopped: [], asked: [], silent: false };

/** A missing or torn file reads as empty: losing a number must never keep a port from being forwarded. */
export async function readMemory(home: BerthHome, project: string): Promise<PortMemory> {
  try {
    const stored: unknown = JSON.parse(await readFile(fileOf(home, project), 'utf8'));
    return { ...emptyMemory, ...(stored as Partial<PortMemory>) };
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return emptyMemory;
    throw error;
  }
}

/** Changes it under a lock, so that two windows do not undo each other. @returns what is stored then */
export function changeMemory(
  home: BerthHome,
  project: string,
  change: (memory: PortMemory) => PortMemory,
): Promise<PortMemory> {
  return withLock(home.locksDir, `ports-${project}`, async () => {
    const before = await readMemory(home, project);
    const after = change(before);
    if (JSON.stringify(after) === JSON.stringify(before)) return before;
    const file = fileOf(home, project);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFileAtomic(file, `${JSON.stringify(after)}\n`, { mode: 0o600 });
    return after;
  });
}

/** Pure: a port that a person wants forwarded from now on, in place of what was asked for it before. */
export function withAdded(memory: PortMemory, ask: PortAsk): PortMemory {
  return {
    ...memory,
    added: [...memory.added.filter(({ port }) => port !== ask.port), ask],
    stopped: memory.stopped.filter((port) => port !== ask.port),
    asked: [...new Set([...memory.asked, ask.port])],
  };
}

/** Pure: a port that a person no longer wants forwarded. */
export function withStopped(memory: PortMemory, stopped: number): PortMemory {
  return {
    ...memory,
    added: memory.added.filter(({ port }) => port !== stopped),
    stopped: [...new Set([...memory.stopped, stopped])],
  };
}

const fileOf = (home: BerthHome, project: string): string => join(home.stateDir, 'ports', `${project}.json`);
