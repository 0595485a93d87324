import { open, type FileHandle } from 'node:fs/promises';

/** How many bytes are read at a time: some hundred entries. */
const chunkBytes = 64 * 1024;
const newline = 0x0a;

/**
 * The lines of a file from the last to the first, without their ends; nothing where there is no file. Cut by bytes, so
 * that a character is never split. What others append while this reads is not seen.
 */
export async function* linesBackwards(file: string): AsyncGenerator<string> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    let left = (await handle.stat()).size;
    // The beginning of the line that the bytes read so far end with, in pieces from the front.
    let rest: Buffer[] = [];
    while (left > 0) {
      const length = Math.min(chunkBytes, left);
      left -= length;
      const chunk = Buffer.alloc(length);
      await handle.read(chunk, 0, length, left);
      let end = length;
      for (let at = chunk.lastIndexOf(newline); at >= 0; at = at === 0 ? -1 : chunk.lastIndexOf(newline, at - 1)) {
        yield Buffer.concat([chunk.subarray(at + 1, end), ...rest]).toString('utf8');
        rest = [];
        end = at;
      }
      rest.unshift(chunk.subarray(0, end));
    }
    yield Buffer.concat(rest).toString('utf8');
  } finally {
    await handle.close();
  }
}
