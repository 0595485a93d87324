import { sizeOf } from '../size';
import type { StorageRow } from './look';

/** What a volume is and how much is in it: `the home folder, 214 MiB`. Pure. */
export function volumeText({ purpose, target, sizeBytes }: StorageRow, hasContainer = true): string {
  const size = sizeBytes === null ? '' : `, ${sizeOf(sizeBytes)}`;
  return `${purpose}${size}${target === null && hasContainer ? ', not in use' : ''}`;
}

/** All of a project's volumes in a few words: the one there is, else how many and how large as far as that is known. Pure. */
export function storageText(rows: readonly StorageRow[]): string {
  const [only] = rows;
  const known = rows.flatMap(({ sizeBytes }) => (sizeBytes === null ? [] : [sizeBytes]));
  const size = known.length === 0 ? '' : ` ${sizeOf(known.reduce((sum, one) => sum + one, 0))}`;
  if (rows.length === 1 && only !== undefined) return `${only.label}${size}`;
  const partly = known.length > 0 && known.length < rows.length ? ' at least' : '';
  return `${rows.length} volumes${size === '' ? '' : `,${partly}${size}`}`;
}
