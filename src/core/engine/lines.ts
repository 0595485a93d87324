import { StringDecoder } from 'node:string_decoder';

/** A line longer than this many characters is handed on in pieces: a process may write for hours without a line end. */
const longest = 1024 * 1024;

/** Cuts a byte stream into lines of text, whatever the chunks: characters and line ends may be split anywhere. */
export class LineDecoder {
  readonly #decoder = new StringDecoder('utf8');
  /** Pieces of the line not yet ended; joined once, so that a long line costs no quadratic time. */
  #pieces: string[] = [];
  #length = 0;

  /** @param onLine gets each line without its line end (LF or CRLF) */
  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: Uint8Array): void {
    this.#text(this.#decoder.write(chunk));
  }

  /** Hands on what came after the last line end, if anything did. */
  end(): void {
    this.#text(this.#decoder.end());
    if (this.#length > 0) this.#flush('');
  }

  #text(text: string): void {
    let from = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      this.#flush(text.slice(from, at));
      from = at + 1;
    }
    if (from === text.length) return;
    this.#pieces.push(text.slice(from));
    this.#length += text.length - from;
    if (this.#length > longest) this.#flush('');
  }

  #flush(last: string): void {
    const line = this.#pieces.join('') + last;
    this.#pieces = [];
    this.#length = 0;
    this.onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  }
}

/** Parses a stream of JSON documents, one a line, as the engine's progress and events come. */
export async function* jsonLines(source: AsyncIterable<Uint8Array>): AsyncGenerator {
  const ready: unknown[] = [];
  const decoder = new LineDecoder((line) => {
    if (line.trim() !== '') ready.push(JSON.parse(line));
  });
  for await (const chunk of source) {
    decoder.push(chunk);
    yield* ready.splice(0);
  }
  decoder.end();
  yield* ready;
}
