import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { REPOSITORY } from '../harness/paths';
import { median, shownMs, spread, type Samples } from './samples';

const page = join(REPOSITORY, 'docs/benchmarks.md');

/** A group of things that stand beside each other: the first is ours, the others what a user would take instead. */
export interface Comparison {
  readonly what: string;
  readonly ours: Samples;
  readonly others: readonly Samples[];
}

/** Rows of a Markdown table: each with its median, its spread, and ours as a part of it. */
export function table(comparisons: readonly Comparison[]): string {
  const rows = comparisons.flatMap(({ what, ours, others }) => [
    [what, ours.what, shownMs(median(ours)), spread(ours), ''],
    ...others.map((other) => [
      '',
      other.what,
      shownMs(median(other)),
      spread(other),
      `${(median(ours) / median(other)).toFixed(2)} ×`,
    ]),
  ]);
  return ['| | | median | spread | Berth takes |', '| --- | --- | ---: | --- | ---: |', ...rows.map(rowText)].join(
    '\n',
  );
}

function rowText(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Puts a text between the marks of its name on the page, and leaves the rest of the page as it is. */
export async function publish(name: string, text: string): Promise<void> {
  const before = await readFile(page, 'utf8');
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = before.indexOf(open);
  const to = before.indexOf(close);
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no place for ${name}`);
  const after = `${before.slice(0, from + open.length)}\n\n${text}\n\n${before.slice(to)}`;
  await writeFile(page, await format(after, { ...(await resolveConfig(page)), filepath: page }));
}
