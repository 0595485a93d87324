import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';

/** A stream's bytes as lines without escape sequences. What a carriage return overwrote in a terminal is left out. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  /**
   * Gives out the lines of each chunk as one text, for who takes text: a million calls of the editor's API hold its
   * extension host up, a few hundred do not.
   */
  static joined(onText: (text: string) => void): Pick<LineSplitter, 'push' | 'end'> {
    let lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    const after = (work: () => void): void => {
      work();
      if (lines.length > 0) onText(lines.join('\n'));
      lines = [];
    };
    return { push: (chunk) => after(() => splitter.push(chunk)), end: () => after(() => splitter.end()) };
  }

  push(chunk: Buffer): void {
    this.#take(this.#decoder.write(chunk));
  }

  /** Gives out a last line that had no line end. */
  end(): void {
    this.#take(this.#decoder.end());
    if (this.#rest !== '') this.onLine(clean(this.#rest));
    this.#rest = '';
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.onLine(clean(line));
  }
}

function clean(line: string): string {
  if (!special.test(line)) return line;
  const plain = stripVTControlCharacters(line).replace(/\r+$/, '');
  return plain.slice(plain.lastIndexOf('\r') + 1);
}

/** What begins an escape sequence, and a carriage return: most lines have neither. */
const special = new RegExp(`[${String.fromCharCode(0x1b, 0x9b)}\\r]`);
