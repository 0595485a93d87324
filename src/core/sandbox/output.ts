import { BerthError } from '../errors';
import type { OutputPart } from './types';

/** How far each stream of a command has been read, in bytes. */
export interface Position {
  readonly out: number;
  readonly err: number;
}

export const beginning: Position = { out: 0, err: 0 };

/** A position as text that a caller hands back as it is. Pure. */
export function cursorOf({ out, err }: Position): string {
  return `${out}.${err}`;
}

/** @throws BerthError `bad_usage` for what is no cursor. Pure. */
export function positionOf(cursor: string): Position {
  const found = /^(\d{1,12})\.(\d{1,12})$/.exec(cursor);
  if (found !== null) return { out: Number(found[1]), err: Number(found[2]) };
  throw new BerthError('bad_usage', `"${cursor}" is no cursor.`, { hint: 'Hand back the one of the reply before.' });
}

/**
 * Bytes as text where they are that, else in base64. A character that is cut at the end is left for the next piece where
 * more is to come. `used`: how many bytes went into the text. Pure.
 */
export function encoded(
  bytes: Buffer,
  more: boolean,
): { text: string; encoding: OutputPart['encoding']; used: number } {
  const whole = more ? bytes.subarray(0, bytes.length - tornBytes(bytes)) : bytes;
  const piece = whole.length === 0 ? bytes : whole;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(piece);
    if (!text.includes('\0')) return { text, encoding: 'utf8', used: piece.length };
  } catch {
    // No text, then.
  }
  return { text: bytes.toString('base64'), encoding: 'base64', used: bytes.length };
}

/** How many bytes at the end begin a character of UTF-8 and do not end it. */
function tornBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}
