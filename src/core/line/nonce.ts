import { randomBytes } from 'node:crypto';

/** Random text by which a start's own line is told from what a command writes: one for each line. */
export function newNonce(): string {
  return randomBytes(8).toString('hex');
}
