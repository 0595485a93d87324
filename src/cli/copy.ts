import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';

/** Copies all bytes at the pace of the slower side; leaves `to` open. A target whose reader has gone is no error. */
export async function copyTo(from: NodeJS.ReadableStream, to: Writable): Promise<void> {
  from.pipe(to, { end: false });
  // A broken pipe unpipes: what is left is thrown away, so that the source does not wait for ever.
  to.once('error', () => from.resume());
  if (to.destroyed) from.resume();
  await finished(from, { writable: false });
}
