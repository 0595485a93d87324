import { readFile } from 'node:fs/promises';

/** Begins to count; asked again, it gives how much of this machine's cores another had meanwhile, in percent: 0 on one of its own. */
export async function stealing(): Promise<() => Promise<number>> {
  const before = await ticks();
  return async () => {
    const { stolen, all } = await ticks();
    return (100 * (stolen - before.stolen)) / Math.max(1, all - before.all);
  };
}

/** The ticks that another machine had of each core since this one started, by /proc/stat's text. */
export function stolenTicks(stat: string): number[] {
  return stat
    .split('\n')
    .filter((line) => /^cpu\d/.test(line))
    .map((line) => spent(line).stolen);
}

async function ticks(): Promise<Ticks> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n');
  return spent(line);
}

/** What one core has done since the machine started, or all, in its own ticks. */
interface Ticks {
  readonly stolen: number;
  readonly all: number;
}

/** Linux, proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal; what follows is in the first two. */
function spent(line: string): Ticks {
  const figures = line.split(/\s+/).slice(1, 9).map(Number);
  return { stolen: figures[7] ?? 0, all: figures.reduce((sum, one) => sum + one, 0) };
}
