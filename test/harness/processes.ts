import { readdirSync, readFileSync } from 'node:fs';

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process ended between the listing and the look.
    return '';
  }
}

/** Ids of the processes of which a file under /proc holds one of these texts. */
export function processesWith(file: 'cmdline' | 'cgroup' | 'environ', texts: readonly string[]): number[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const holds = (id: string) => {
    const content = read(`/proc/${id}/${file}`);
    return texts.some((text) => content.includes(text));
  };
  return texts.length === 0
    ? []
    : ids
        .filter(holds)
        .map(Number)
        .filter((pid) => pid !== process.pid);
}

/** Ends processes by their ids; one that has ended meanwhile is no error. */
export function end(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // Already gone.
    }
  }
}

/** The program of a process, or undefined when it has ended and only waits to be collected. */
export function programOf(pid: number): string | undefined {
  const [program] = read(`/proc/${pid}/cmdline`).split('\0');
  return program === '' ? undefined : program;
}

/** Id of the process that a process belongs to; 1 once the one that started it has ended. */
export function parentOf(pid: number): number {
  return Number(/\) \S (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1] ?? 0);
}
