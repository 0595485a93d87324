import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandRunner } from '../command';
import type { Usage } from '../model';

/** Milliseconds between the two readings of the time of cpus: a shorter time is too few of the kernel's clock ticks. */
const apart = 250;

/** What the container's own files tell. Sizes in bytes, instants and times of cpus in microseconds; null where a file does not tell. */
export interface InsideFacts {
  readonly memory: number | null;
  readonly cache: number | null;
  readonly limit: number | null;
  readonly pids: number | null;
  readonly disk: number | null;
  readonly cpu: readonly [before: number | null, after: number | null];
  readonly uptime: readonly [before: number | null, after: number | null];
}

/**
 * What a container uses now, by the files of its own cgroup. Engines tell the same from the same files, but some at their
 * collector's next beat alone: a second for each of two readings. Between the two nothing is started in the container,
 * so that the measuring is not measured: its shell waits for a line of its input.
 * @returns null where the container does not tell all of it
 */
export async function useInside(runner: CommandRunner, folder: string, signal?: AbortSignal): Promise<Usage | null> {
  const argv = ['/bin/sh', '-c', script, 'berth-use', folder];
  const command = await runner.run({ argv, cwd: '/', stdin: true, own: true, timeoutMs: 5_000 }, signal);
  command.stderr.resume();
  const lines: string[] = [];
  const reading = createInterface({ input: command.stdout });
  const isHalf = new Promise<void>((resolve) => {
    reading.on('line', (line) => {
      lines.push(line);
      if (line === 'half') resolve();
    });
    reading.on('close', resolve);
  });
  const ended = command.exit.then(() => undefined);
  // Where the wait below is cancelled nobody is left who would hear of it.
  ended.catch(() => undefined);
  await Promise.race([isHalf, ended]);
  await sleep(apart, undefined, signal === undefined ? {} : { signal });
  command.stdin?.end('\n');
  await ended;
  return usageInside(parseInside(lines));
}

/** Null where a figure is missing that the engine would know. Pure. */
export function usageInside({ memory, cache, limit, pids, disk, cpu, uptime }: InsideFacts): Usage | null {
  const [cpuBefore, cpuAfter] = cpu;
  const [began, over] = uptime;
  if (memory === null || pids === null || cpuBefore === null || cpuAfter === null || began === null || over === null) {
    return null;
  }
  if (over <= began || cpuAfter < cpuBefore) return null;
  const memoryBytes = Math.max(0, memory - (cache ?? 0));
  return {
    cpuPercent: ((cpuAfter - cpuBefore) / (over - began)) * 100,
    memoryBytes,
    memoryPercent: limit === null ? null : (memoryBytes / limit) * 100,
    diskPercent: disk,
    // All but the shell that tells it.
    pids: Math.max(0, pids - 1),
  };
}

/** Reads what the script printed. Pure. */
export function parseInside(lines: readonly string[]): InsideFacts {
  const all = (word: string): (number | null)[] =>
    lines
      .filter((line) => line.startsWith(`${word} `))
      .map((line) => /^\S+ (\d+(?:\.\d+)?)(?: |$)/.exec(line)?.[1])
      .map((text) => (text === undefined ? null : Number(text)));
  const one = (word: string): number | null => all(word)[0] ?? null;
  const two = (values: readonly (number | null)[], unit: number): readonly [number | null, number | null] => {
    const [before = null, after = null] = values.map((value) => (value === null ? null : value * unit));
    return [before, after];
  };
  const limit = one('limit');
  const nanoseconds = all('cpu_ns');
  return {
    memory: one('memory'),
    cache: one('cache'),
    // Without a limit the older cgroups tell the greatest number that there is.
    limit: limit === null || limit > 2 ** 60 ? null : limit,
    pids: one('pids'),
    disk: one('disk'),
    cpu: nanoseconds.length > 0 ? two(nanoseconds, 1e-3) : two(all('cpu'), 1),
    uptime: two(all('uptime'), 1e6),
  };
}

/** The shell reads every file itself. `df` comes first: what it takes is over when the first reading is taken. */
const script = [
  'g=/sys/fs/cgroup',
  'first() { [ -r "$2" ] && IFS= read -r v <"$2" && echo "$1 $v"; }',
  'within() { [ -r "$2" ] && while read -r k v; do [ "$k" != "$3" ] || echo "$1 $v"; done <"$2"; }',
  'df -P -- "$1" 2>/dev/null | while read -r d b u f share rest; do [ "$share" = "${share%"%"}" ] || echo "disk ${share%"%"}"; done',
  'if [ -r $g/memory.current ]; then',
  '  first memory $g/memory.current; first limit $g/memory.max; first pids $g/pids.current',
  '  within cache $g/memory.stat inactive_file',
  '  now() { within cpu $g/cpu.stat usage_usec; first uptime /proc/uptime; }',
  'else',
  '  first memory $g/memory/memory.usage_in_bytes; first limit $g/memory/memory.limit_in_bytes',
  '  first pids $g/pids/pids.current; within cache $g/memory/memory.stat total_inactive_file',
  '  now() { first cpu_ns $g/cpuacct/cpuacct.usage; first uptime /proc/uptime; }',
  'fi',
  'now; echo half; IFS= read -r line; now',
].join('\n');
