import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatted } from '../formatted';
import { REPOSITORY } from '../harness/paths';
import { median, p5, p95, shownMs, type Samples } from './samples';
import type { Comparison, Figure, Measured } from './suite';

const page = join(REPOSITORY, 'docs/benchmarks.md');

/** `0.95 ×`, `0.0083 ×`: two digits that mean something. */
export const times = (ratio: number): string => `${ratio >= 0.095 ? ratio.toFixed(2) : ratio.toPrecision(2)} ×`;

export function ratio(ours: Samples, other: Samples): number {
  return median(ours) / median(other);
}

/** What a suite has measured, as Markdown: its comparisons, then its figures. */
export function tables({ comparisons = [], figures = [] }: Measured): string {
  const parts = [];
  if (comparisons.length > 0) parts.push(comparisonTable(comparisons));
  if (figures.length > 0) parts.push(figureTable(figures));
  return parts.join('\n\n');
}

/** Each with its median and how far it spreads, and how many times the other's time ours takes. */
function comparisonTable(comparisons: readonly Comparison[]): string {
  const spread = (samples: Samples) => [p5, median, p95].map((of) => shownMs(of(samples)));
  const rows = comparisons.flatMap(({ what, ours, others }) => [
    [what, ours.what, ...spread(ours), '', ''],
    ...others.map(({ samples, atMost }) => [
      ...['', samples.what, ...spread(samples), times(ratio(ours, samples))],
      atMost === undefined ? '' : `≤ ${times(atMost)}`,
    ]),
  ]);
  const head = ['', '', 'p5', 'median', 'p95', 'Berth takes', 'budget'];
  return markdown(head, ['', '', ':', ':', ':', ':', ':'], rows);
}

function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [figure.what, figure.how ?? '', shown(figure), budgetOf(figure)]);
  return markdown(['', '', 'measured', 'budget'], ['', '', ':', ':'], rows);
}

function markdown(head: readonly string[], align: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(align.map((side) => `---${side}`)), ...rows.map(line)].join('\n');
}

/** What does not hold its budget, in words. */
export function overBudget({ comparisons = [], figures = [] }: Measured): string[] {
  const ratios = comparisons.flatMap(({ what, ours, others }) =>
    others.flatMap(({ samples, atMost }) =>
      // What could not be measured is no number, and holds no budget.
      atMost === undefined || ratio(ours, samples) <= atMost
        ? []
        : [`${what}: ${times(ratio(ours, samples))} of ${samples.what}, at most ${times(atMost)}`],
    ),
  );
  const alone = figures
    .filter(({ value, atMost = Infinity, atLeast = -Infinity }) => !(value <= atMost && value >= atLeast))
    .map((figure) => `${figure.what}: ${shown(figure)}, budget ${budgetOf(figure)}`);
  return [...ratios, ...alone];
}

function withUnit(value: number, unit: string): string {
  if (unit === 'ms') return shownMs(value);
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 1 : 2;
  const number = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === '' ? number : `${number} ${unit}`;
}

function shown({ value, unit }: Figure): string {
  return withUnit(value, unit);
}

function budgetOf({ atMost, atLeast, unit }: Figure): string {
  if (atMost !== undefined) return `≤ ${withUnit(atMost, unit)}`;
  return atLeast === undefined ? '' : `≥ ${withUnit(atLeast, unit)}`;
}

const marks = (name: string) => [`<!-- ${name} -->`, `<!-- /${name} -->`] as const;

/** @throws Error naming what has no pair of marks on the page. */
export async function expectPlaces(names: readonly string[], on = page): Promise<void> {
  const text = await readFile(on, 'utf8');
  const without = names.find((name) => {
    const [open, close] = marks(name);
    const from = text.indexOf(open);
    return from < 0 || text.indexOf(close) < from;
  });
  if (without !== undefined) throw new Error(`${on} has no place for ${without}: ${marks(without).join(' … ')}`);
}

/** Puts a text between the marks of its name on the page, and leaves the rest of the page as it is. */
export async function publish(name: string, text: string, on = page): Promise<void> {
  await expectPlaces([name], on);
  const before = await readFile(on, 'utf8');
  const [open, close] = marks(name);
  const from = before.indexOf(open) + open.length;
  const after = `${before.slice(0, from)}\n\n${text}\n\n${before.slice(before.indexOf(close))}`;
  await writeFile(on, await formatted(on, after));
}
