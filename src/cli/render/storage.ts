import { sizeOf } from '../../core/size';
import type { StorageRow } from '../../core/storage/look';
import type { Result } from '../result';
import { printable } from './style';

type Copied = Extract<Result, { kind: 'copied' }>;

/** A volume in the JSON of `status`. */
export function storageJson({ name, label, purpose, target, sizeBytes }: StorageRow) {
  return { name, label, purpose, target, size_bytes: sizeBytes };
}

/** What `berth workspace` did. */
export function copiedJson({ direction, folder, report: { files, bytes, skipped } }: Copied) {
  return { direction, folder, files, bytes, skipped };
}

/** The same for a person. */
export function copiedText({ row, direction, folder, report: { files, bytes, skipped } }: Copied): string {
  const workspace = `the workspace of ${printable(row.name)}`;
  const [from, to] = direction === 'out' ? [workspace, printable(folder)] : [printable(folder), workspace];
  const left =
    skipped.length === 0 ? [] : [`Left out (no file, folder or link): ${skipped.map(printable).join(', ')}.`];
  return [`Copied ${files} files (${sizeOf(bytes)}) from ${from} to ${to}.`, ...left].join('\n');
}
