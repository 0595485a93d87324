import { statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/**
 * Works tasks off, several at a time, in their order. The first failure keeps those from beginning that wait, and is
 * thrown once those that run have ended.
 */
export async function inLanes(lanes: number, tasks: readonly (() => Promise<void>)[]): Promise<void> {
  const left = [...tasks];
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined && failures.length === 0; next = left.shift()) {
      await next().catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failures.length > 0) throw failures[0];
}

/**
 * The rooms of a folder of tests, given its files by their paths in it; those with the most text first: that is a fair
 * guess at which takes longest, and what takes longest has to begin first. Files that lie in no room are one, `.`.
 */
export function rooms(folder: string, files: readonly string[]): { readonly room: string; readonly files: string[] }[] {
  const found = new Map<string, { readonly files: string[]; size: number }>();
  for (const file of [...files].sort()) {
    const name = dirname(file).split(sep)[0] ?? '.';
    const room = found.get(name) ?? { files: [], size: 0 };
    const path = join(folder, file);
    room.files.push(path);
    room.size += statSync(path).size;
    found.set(name, room);
  }
  const bySize = [...found].sort(([, a], [, b]) => b.size - a.size);
  return bySize.map(([room, { files: own }]) => ({ room, files: own }));
}
