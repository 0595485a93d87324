import { readFile } from 'node:fs/promises';

/** What a machine's cores have done since it started, in its own ticks. */
interface Ticks {
  readonly stolen: number;
  readonly all: number;
}

/** Begins to count; asked again, it gives how much of this machine's cores another had meanwhile, in percent: 0 on one of its own. */
export async function stealing(): Promise<() => Promise<number>> {
  const before = await ticks();
  return async () => {
    const { stolen, all } = await ticks();
    return (100 * (stolen - before.stolen)) / Math.max(1, all - before.all);
  };
}

/** Linux, proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal; what follows is in the first two. */
async function ticks(): Promise<Ticks> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n');
  const figures = line.split(/\s+/).slice(1, 9).map(Number);
  return { stolen: figures[7] ?? 0, all: figures.reduce((sum, one) => sum + one, 0) };
}
