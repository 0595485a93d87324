import type { LossPreview } from './types';

/** So many lines of a kind are shown; the rest is counted. */
const most = 12;

/** What would be lost, in one phrase: `3 packages and 2 files`. Pure. */
export function lossInWords({ lost, promotable, restored }: LossPreview): string {
  const count = (number: number, word: string): string[] =>
    number === 0 ? [] : [`${number} ${word}${number === 1 ? '' : 's'}`];
  const files = lost.reduce((sum, one) => sum + Math.max(1, one.files), 0);
  const snapshot = restored === null ? [] : [`the snapshot ${restored} that it is on`];
  const all = [...snapshot, ...count(promotable.length, 'package'), ...count(files, 'file')];
  return all.length < 3 ? all.join(' and ') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;
}

/** What would be lost, a line each: a snapshot, packages by manager, then paths, of which so many are told one by one. Pure. */
export function lossLines({ lost, promotable, restored }: LossPreview, shown = most): string[] {
  const managers = [...new Set(promotable.map(({ manager }) => manager))];
  const packages = managers.map((manager) => {
    const names = promotable.flatMap((one) => (one.manager === manager ? [one.name] : []));
    return `${manager}: ${names.join(', ')} (can go into the template: packages.${manager})`;
  });
  const paths = lost.map(
    ({ path, kind, files }) => `${kind}: ${path}${files > 0 ? ` (${files} ${files === 1 ? 'file' : 'files'})` : ''}`,
  );
  const more = paths.length - shown;
  const snapshot =
    restored === null ? [] : [`restored from snapshot ${restored}: a refresh would go back to the template`];
  return [...snapshot, ...packages, ...paths.slice(0, shown), ...(more > 0 ? [`and ${more} more`] : [])];
}
