import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import type { Execution } from './connection';
import { endMark } from './fork-server';
import { nothing, type Source } from './relay';
import { endOf } from './signals';

/** How a command ended, as SSH tells it of a channel: null where that is not known. */
type End = Awaited<Execution['closed']>;

/** One command's part of a channel that has many, one after another. */
export interface Served {
  /** Whether the channel's input is the command's. */
  readonly takesInput: boolean;
  readonly stdout: Source;
  readonly stderr: Source;
  /** When both outputs have ended. */
  readonly closed: Promise<End>;
}

/** The outputs of a fork server: each command's come to an end of their own. */
export class ServedOutputs {
  #now: readonly Share[] = [];

  constructor(private readonly execution: Pick<Execution, 'stdout' | 'stderr' | 'closed'>) {
    for (const [index, from] of [execution.stdout, execution.stderr].entries()) {
      // What comes between two commands is of neither.
      from.on('data', (chunk: Buffer) => this.#now[index]?.take(chunk));
      from.once('end', () => this.#now[index]?.end(null)).once('close', () => this.#now[index]?.end(null));
    }
  }

  /** Those of the next command, to be asked for before it is written. */
  begin(nonce: string, takesInput = false): Served {
    const [stdout, stderr] = [new Share(this.execution.stdout, nonce), new Share(this.execution.stderr, nonce)];
    this.#now = [stdout, stderr];
    const closed = Promise.all([stdout.ended, stderr.ended]).then(([end]) => end ?? this.execution.closed);
    return { takesInput, stdout, stderr, closed };
  }
}

/** What comes up to the end mark, or the end of all. */
class Share extends EventEmitter implements Source {
  /** How the command ended; null where the channel ended before the mark. */
  readonly ended: Promise<End>;
  #ended: (end: End) => void = () => undefined;
  #isOver = false;
  /** May be the beginning of the mark. */
  #held: Buffer = nothing;
  readonly #start: Buffer;
  readonly #bytes: number;

  constructor(
    private readonly from: Readable,
    nonce: string,
  ) {
    super();
    ({ start: this.#start, bytes: this.#bytes } = endMark(nonce));
    this.ended = new Promise((resolve) => (this.#ended = resolve));
  }

  /** The mark is the last that a server writes before it waits, so it is looked for at the very end alone. */
  take(chunk: Buffer): void {
    if (this.#isOver) return;
    const whole = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const at = markAt(whole, this.#start, this.#bytes);
    this.#held = whole.subarray(at);
    const plain = whole.subarray(0, at);
    if (plain.length > 0) this.emit('data', plain);
    if (this.#held.length === this.#bytes) this.end(ended(this.#held.toString('latin1', this.#start.length)));
  }

  end(end: End): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (end === null && this.#held.length > 0) this.emit('data', this.#held);
    this.emit('end');
    // Whoever read it may have left it paused.
    this.from.resume();
    this.#ended(end);
  }

  pause(): void {
    if (!this.#isOver) this.from.pause();
  }

  resume(): void {
    if (!this.#isOver) this.from.resume();
  }
}

/** Where the mark or its beginning stands at the end of a chunk; the chunk's length where it does not. */
function markAt(chunk: Buffer, start: Buffer, bytes: number): number {
  const tail = chunk.subarray(-bytes);
  const at = tail.lastIndexOf(start[0] ?? 0);
  const known = tail.subarray(at, at + start.length);
  const isMark = at >= 0 && known.equals(start.subarray(0, known.length));
  return isMark ? chunk.length - tail.length + at : chunk.length;
}

/** Of the mark's `cccsss`: the code, and the signal's number or zero. */
function ended(digits: string): End {
  return endOf(Number(digits.slice(0, 3)), Number(digits.slice(3, 6)));
}
