import { posix, sep } from 'node:path';

/**
 * Rewrites absolute paths of the workspace in a container to the folder's own, in text that comes in pieces: so that a
 * problem's file is the one in the editor. A piece's end that may be the beginning of a path waits for the next piece.
 */
export class PathMapper {
  readonly #from: string;
  readonly #to: string;
  #held = '';
  /** The last character given on: a path that goes on from it is another path (`/srv/workspace/`). */
  #before = '';

  constructor(containerFolder: string, localFolder: string) {
    this.#from = containerFolder.endsWith('/') ? containerFolder : containerFolder + posix.sep;
    this.#to = localFolder.endsWith(sep) ? localFolder : localFolder + sep;
  }

  push(text: string): string {
    const all = this.#held + text;
    let out = '';
    let at = 0;
    for (;;) {
      const found = all.indexOf(this.#from, at);
      if (found < 0) break;
      const previous = found === 0 ? this.#before : (all[found - 1] ?? '');
      out += all.slice(at, found) + (/[\w.~/-]/.test(previous) ? this.#from : this.#to);
      at = found + this.#from.length;
    }
    const rest = all.slice(at);
    const hold = heldLength(rest, this.#from);
    out += rest.slice(0, rest.length - hold);
    this.#held = rest.slice(rest.length - hold);
    // What was given on is no longer seen by the next piece, so its last character is remembered.
    if (rest.length > hold) this.#before = rest[rest.length - hold - 1] ?? '';
    else if (at > 0) this.#before = '/';
    return out;
  }

  /** What still waited when the text ended. */
  end(): string {
    const rest = this.#held;
    this.#held = '';
    return rest;
  }
}

/** Length of the longest end of `text` that is a beginning of `needle`, but not all of it. */
function heldLength(text: string, needle: string): number {
  for (let length = Math.min(text.length, needle.length - 1); length > 0; length -= 1) {
    if (needle.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
