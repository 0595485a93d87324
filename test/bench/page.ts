import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { REPOSITORY } from '../harness/paths';
import { median, p95, shownMs, type Samples } from './samples';

const page = join(REPOSITORY, 'docs/benchmarks.md');

/** Ours, beside what a user would take instead. */
export interface Comparison {
  readonly what: string;
  readonly ours: Samples;
  readonly others: readonly {
    readonly samples: Samples;
    /** The budget: ours may take this many times the other's median. */
    readonly atMost?: number;
  }[];
}

const times = (ratio: number): string => `${ratio >= 0.095 ? ratio.toFixed(2) : ratio.toPrecision(2)} ×`;

function ratio(ours: Samples, other: Samples): number {
  return median(ours) / median(other);
}

/** Rows of a Markdown table: each with its median and 95th percentile, and how many times that ours takes. */
export function table(comparisons: readonly Comparison[]): string {
  const rows = comparisons.flatMap(({ what, ours, others }) => [
    [what, ours.what, shownMs(median(ours)), shownMs(p95(ours)), '', ''],
    ...others.map(({ samples, atMost }) => [
      '',
      samples.what,
      shownMs(median(samples)),
      shownMs(p95(samples)),
      times(ratio(ours, samples)),
      atMost === undefined ? '' : `≤ ${times(atMost)}`,
    ]),
  ]);
  const head = ['| | | median | p95 | Berth takes | budget |', '| --- | --- | ---: | ---: | ---: | ---: |'];
  return [...head, ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

/** What does not hold its budget, in words. */
export function overBudget(comparisons: readonly Comparison[]): string[] {
  return comparisons.flatMap(({ what, ours, others }) =>
    others.flatMap(({ samples, atMost }) =>
      atMost === undefined || ratio(ours, samples) <= atMost
        ? []
        : [`${what}: ${times(ratio(ours, samples))} of ${samples.what}, at most ${times(atMost)}`],
    ),
  );
}

/** Puts a text between the marks of its name on the page, and leaves the rest of the page as it is. */
export async function publish(name: string, text: string, on = page): Promise<void> {
  const before = await readFile(on, 'utf8');
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = before.indexOf(open);
  const to = before.indexOf(close);
  if (from < 0 || to < from) throw new Error(`${on} has no place for ${name}`);
  const after = `${before.slice(0, from + open.length)}\n\n${text}\n\n${before.slice(to)}`;
  await writeFile(on, await format(after, { ...(await resolveConfig(on)), filepath: on }));
}
