import type { Api } from './api';
import { containerPath } from './container-path';
import { statusOf } from './failures';
import type { ContainerProcess } from './types';

interface RawTop {
  readonly Titles?: readonly string[];
  readonly Processes?: readonly (readonly string[])[] | null;
}

/** The processes of a container, as the engine sees them from outside: nothing is started in it. */
export async function containerProcesses(api: Api, id: string, signal?: AbortSignal): Promise<ContainerProcess[]> {
  const doing = 'list the processes of the container';
  try {
    const top = await api.json('GET', containerPath(id, 'top'), { doing, signal, own: [404, 409, 500] });
    return processesOf(top as RawTop);
  } catch (error) {
    // It is gone or has ended: no process is left, which is what was asked.
    if (statusOf(error) === undefined) throw error;
    return [];
  }
}

/** Reads the columns by their titles, since engines differ in which they give (CMD here, COMMAND there). Pure. */
export function processesOf({ Titles: titles = [], Processes: rows }: RawTop): ContainerProcess[] {
  const column = (...names: string[]): number => titles.findIndex((title) => names.includes(title));
  const [pid, parent, command] = [column('PID'), column('PPID'), column('CMD', 'COMMAND')];
  return (rows ?? []).map((row) => ({
    pid: Number(row[pid] ?? 0),
    parent: Number(row[parent] ?? 0),
    command: row[command] ?? '',
  }));
}
