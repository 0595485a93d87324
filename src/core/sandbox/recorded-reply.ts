import { BerthError } from '../errors';
import { encoded, cursorOf, type Position } from './output';
import type { OutputPart, Recorded, RecordedState } from './types';

/** What a script of the recorder said, before it is known what to make of it. */
export type Reply =
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'busy'; readonly running: number }
  | { readonly kind: 'other' }
  | { readonly kind: 'folder' }
  | { readonly kind: 'told'; readonly repeated: boolean; readonly head: readonly string[]; readonly bytes: Buffer };

/** Reads the lines before the bytes. @throws BerthError `internal` where they are not the recorder's. Pure. */
export function readReply(stdout: Buffer): Reply {
  const first = lineAt(stdout, 0);
  const [word = '', ...rest] = first.text.split(' ');
  if (word === 'none') return { kind: 'none', why: rest.join(' ') };
  if (word === 'busy') return { kind: 'busy', running: Number(rest[0]) };
  if (word === 'other' || word === 'folder') return { kind: word };
  if ((word !== 'new' && word !== 'same') || rest.length !== 10) {
    throw new BerthError('internal', 'The recorder in the container said something that was not understood.', {
      cause: first.text.slice(0, 200),
    });
  }
  const bytes = stdout.subarray(first.end);
  // What is all one stream's tells its size by itself.
  const head = rest.map((one) => (one === '?' ? String(bytes.length) : one));
  return { kind: 'told', repeated: word === 'same', head, bytes };
}

function lineAt(bytes: Buffer, start: number): { readonly text: string; readonly end: number } {
  const at = bytes.indexOf(0x0a, start);
  const stop = at < 0 ? bytes.length : at;
  return { text: bytes.subarray(start, stop).toString(), end: Math.min(stop + 1, bytes.length) };
}

/** A record as it is told to a caller. `from`: where it was read from. Pure. */
export function recordedOf(id: string, from: Position, reply: Extract<Reply, { kind: 'told' }>): Recorded {
  const [state, code, ms, why, ...numbers] = reply.head;
  const [sizeOut = 0, sizeErr = 0, newOut = 0, newErr = 0, cutOut = 0, cutErr = 0] = numbers.map(Number);
  const over = state !== 'running';
  const out = part(reply.bytes.subarray(0, newOut), from.out, sizeOut, over, cutOut === 1);
  const err = part(reply.bytes.subarray(newOut, newOut + newErr), from.err, sizeErr, over, cutErr === 1);
  return {
    id,
    state: stateOf(state, why),
    exitCode: code === '-' ? null : Number(code),
    ms: ms === '-' ? null : Number(ms),
    stdout: out.part,
    stderr: err.part,
    cursor: cursorOf({ out: out.next, err: err.next }),
    repeated: reply.repeated,
  };
}

function stateOf(state: string | undefined, why: string | undefined): RecordedState {
  if (state === 'running' || state === 'lost') return state;
  return why === 'timeout' ? 'timed_out' : why === 'cancelled' ? 'cancelled' : 'exited';
}

function part(
  bytes: Buffer,
  from: number,
  size: number,
  over: boolean,
  dropped: boolean,
): { readonly part: OutputPart; readonly next: number } {
  const more = !over || from + bytes.length < size;
  const { text, encoding, used } = encoded(bytes, more);
  const next = from + used;
  return { part: { text, encoding, left: Math.max(0, size - next), dropped }, next };
}
