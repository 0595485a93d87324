import type { LossPreview } from './types';

/** So many lines of a kind are shown; the rest is counted. */
const most = 12;

/** What would be lost, in one phrase: `3 packages and 2 files`. Pure. */
export function lossInWords({ lost, promotable }: LossPreview): string {
  const count = (number: number, word: string): string[] =>
    number === 0 ? [] : [`${number} ${word}${number === 1 ? '' : 's'}`];
  const files = lost.reduce((sum, one) => sum + Math.max(1, one.files), 0);
  return [...count(promotable.length, 'package'), ...count(files, 'file')].join(' and ');
}

/** What would be lost, a line each: packages by manager, then paths. Pure. */
export function lossLines({ lost, promotable }: LossPreview): string[] {
  const managers = [...new Set(promotable.map(({ manager }) => manager))];
  const packages = managers.map((manager) => {
    const names = promotable.flatMap((one) => (one.manager === manager ? [one.name] : []));
    return `${manager}: ${names.join(', ')} (can go into the template: packages.${manager})`;
  });
  const paths = lost.map(
    ({ path, kind, files }) => `${kind}: ${path}${files > 0 ? ` (${files} ${files === 1 ? 'file' : 'files'})` : ''}`,
  );
  const more = paths.length - most;
  return [...packages, ...paths.slice(0, most), ...(more > 0 ? [`and ${more} more`] : [])];
}
