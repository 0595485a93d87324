import { run } from '../harness/exec';

/** Times of one thing done several times, in milliseconds. */
export interface Samples {
  readonly what: string;
  readonly ms: readonly number[];
}

/** Does a thing several times; `before` readies each, and is not timed. */
export async function sample(
  what: string,
  times: number,
  work: () => Promise<unknown>,
  before: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Samples> {
  const ms: number[] = [];
  for (let round = 0; round < times; round += 1) {
    await before();
    const began = performance.now();
    await work();
    ms.push(performance.now() - began);
  }
  return { what, ms };
}

/** The start of Node itself: what no program of Berth's can be quicker than, and how quick a machine is at the time. */
export function startsOfNode(times: number): Promise<Samples> {
  return sample('`node -e 0`', times, () => run(process.execPath, ['-e', '0']));
}

/** Something that is done several times beside others; see {@link sample}. */
export interface Turn {
  readonly what: string;
  readonly work: () => Promise<unknown>;
  readonly before?: () => Promise<unknown>;
}

/** Each once a round, one after the other: a machine is not as quick in one minute as in the next. */
export async function byTurns<const Turns extends readonly Turn[]>(
  rounds: number,
  turns: Turns,
): Promise<{ -readonly [Index in keyof Turns]: Samples }> {
  const taken = turns.map(({ what }) => ({ what, ms: [] as number[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { what, work, before }] of turns.entries()) {
      taken[index]?.ms.push(...(await sample(what, 1, work, before)).ms);
    }
  }
  return taken as { -readonly [Index in keyof Turns]: Samples };
}

export function median({ ms }: Pick<Samples, 'ms'>): number {
  const sorted = [...ms].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The 95th percentile: of few samples, the slowest. */
export function p95(samples: Pick<Samples, 'ms'>): number {
  return percentile(samples, 0.95);
}

/** The 5th percentile: of few samples, the quickest. */
export function p5(samples: Pick<Samples, 'ms'>): number {
  return percentile(samples, 0.05);
}

function percentile({ ms }: Pick<Samples, 'ms'>, share: number): number {
  const sorted = [...ms].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** The same samples without what something else alone takes at the median, such as the start of the program itself. */
export function above(samples: Samples, floor: Samples): Samples {
  return { what: `${samples.what}, above ${floor.what}`, ms: samples.ms.map((ms) => ms - median(floor)) };
}

/** `412 ms`, `1.79 s`: three digits that mean something. */
export function shownMs(ms: number): string {
  if (ms >= 9_995) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 995) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 99.5 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(1)} ms`;
}
