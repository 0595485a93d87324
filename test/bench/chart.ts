import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY } from '../harness/paths';
import { ratio, times } from './page';
import type { Comparison } from './suite';

const [width, labels, bar, gap] = [880, 510, 14, 8] as const;

const escaped = (text: string): string => text.replace(/`/g, '').replace(/&/g, '&amp;').replace(/</g, '&lt;');

/** Each power of ten between the least and the greatest ratio, and those around them. */
function powers(ratios: readonly number[]): readonly number[] {
  const logs = ratios.map(Math.log10);
  const [from, to] = [Math.floor(Math.min(0, ...logs)), Math.max(1, Math.ceil(Math.max(...logs)))];
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/**
 * Bars of how many times the other's time ours takes, on a logarithmic scale: what reaches the middle line takes as long
 * as the other. Colours hold on a light and on a dark page.
 */
export function chart(comparisons: readonly Comparison[]): string {
  const bars = comparisons.flatMap(({ what, ours, others }) =>
    others.map(({ samples, atMost }) => ({ what, by: samples.what, of: ratio(ours, samples), atMost })),
  );
  const marks = powers(bars.flatMap(({ of, atMost }) => (atMost === undefined ? [of] : [of, atMost])));
  const [least, most] = [marks[0] ?? 0, marks.at(-1) ?? 1];
  const x = (of: number) => labels + ((Math.log10(of) - least) / (most - least)) * (width - labels - 70);
  const height = 30 + bars.length * (bar + gap) + 10;
  const at = (number: number) => number.toFixed(1);
  const grid = marks.flatMap((power) => [
    `<line x1="${at(x(10 ** power))}" x2="${at(x(10 ** power))}" y1="22" y2="${height - 8}" stroke="#8888" stroke-width="${power === 0 ? 1.5 : 0.5}"/>`,
    `<text x="${at(x(10 ** power))}" y="16" text-anchor="middle">${power === 0 ? 'as long' : `${10 ** power} ×`}</text>`,
  ]);
  const rows = bars.flatMap(({ what, by, of, atMost }, index) => {
    const top = 30 + index * (bar + gap);
    const over = atMost !== undefined && of > atMost;
    return [
      `<text x="${labels - 8}" y="${top + bar - 3}" text-anchor="end">${escaped(what)} / ${escaped(by)}</text>`,
      `<rect x="${labels}" y="${top}" width="${at(x(of) - labels)}" height="${bar}" rx="2" fill="${over ? '#d97706' : '#2f81a8'}"/>`,
      ...(atMost === undefined
        ? []
        : [`<rect x="${at(x(atMost) - 1)}" y="${top - 2}" width="2" height="${bar + 4}" fill="#888"/>`]),
      `<text x="${at(x(of) + 6)}" y="${top + bar - 3}">${times(of)}</text>`,
    ];
  });
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11" fill="#888" role="img">`;
  const title = '<title>How many times the time of another tool Berth takes; a grey mark is the budget</title>';
  return [open, title, ...grid, ...rows, '</svg>', ''].join('\n');
}

export async function writeChart(name: string, comparisons: readonly Comparison[]): Promise<void> {
  await writeFile(join(REPOSITORY, `docs/images/bench-${name}.svg`), chart(comparisons));
}
