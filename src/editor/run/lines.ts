import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';

/** A stream's bytes as lines without escape sequences. What a carriage return overwrote in a terminal is left out. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

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
  const plain = stripVTControlCharacters(line).replace(/\r+$/, '');
  return plain.slice(plain.lastIndexOf('\r') + 1);
}
