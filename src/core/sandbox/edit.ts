import { BerthError } from '../errors';

/** One exact replacement. `count`: how often the text must be there; all of them are replaced. */
export interface Edit {
  readonly old: string;
  readonly new: string;
  readonly count: number;
}

/** Replaces byte for byte, one edit after another, or nothing at all. @throws BerthError `file_changed`, `bad_usage`. Pure. */
export function applyEdits(
  bytes: Buffer,
  edits: readonly Edit[],
): { readonly content: Buffer; readonly replaced: number } {
  let content = bytes;
  let replaced = 0;
  for (const [index, edit] of edits.entries()) {
    if (edit.old === '') throw new BerthError('bad_usage', 'The text to replace is empty.');
    const pieces = split(content, Buffer.from(edit.old));
    const found = pieces.length - 1;
    if (found !== edit.count) {
      throw new BerthError('file_changed', `The text of edit ${index + 1} is in the file ${times(found)}.`, {
        hint: `It was said to be there ${times(edit.count)}. Read the file again, or give more of the text around it.`,
      });
    }
    const text = Buffer.from(edit.new);
    content = Buffer.concat(pieces.flatMap((piece, at) => (at === 0 ? [piece] : [text, piece])));
    replaced += found;
  }
  return { content, replaced };
}

function split(bytes: Buffer, by: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(by); at >= 0; at = bytes.indexOf(by, from)) {
    pieces.push(bytes.subarray(from, at));
    from = at + by.length;
  }
  pieces.push(bytes.subarray(from));
  return pieces;
}

function times(count: number): string {
  return count === 0 ? 'not at all' : count === 1 ? 'once' : `${count} times`;
}
