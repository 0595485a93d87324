import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { FrameError } from '../../../src/core/engine/frames';
import { ProcessStream } from '../../../src/core/engine/process-stream';
import { frame } from './frame';

type Frame = readonly [stream: number, data: Uint8Array];

function encode(frames: readonly Frame[]): Buffer {
  return Buffer.concat(frames.map(([stream, data]) => frame(stream, data)));
}

function payload(frames: readonly Frame[], stderr: boolean): Buffer {
  return Buffer.concat(frames.filter(([stream]) => (stream === 2) === stderr).map(([, data]) => data));
}

/** A stream over a connection that gives what `read` pushes, and counts the calls in which it is written to. */
function over(read: (this: Duplex) => void = () => undefined) {
  const calls: number[] = [];
  const socket = new Duplex({
    read,
    writev: (chunks, done) => {
      calls.push(chunks.reduce((sum, { chunk }) => sum + (chunk as Buffer).length, 0));
      setImmediate(done);
    },
  });
  const stderr: Buffer[] = [];
  let ended: (error?: Error) => void = () => undefined;
  const end = new Promise<Error | undefined>((resolve) => (ended = resolve));
  const stream = new ProcessStream(socket, { onStderr: (data) => stderr.push(Buffer.from(data)), onEnd: ended });
  return { socket, stream, stderr, end, calls };
}

async function taken(chunks: readonly Buffer[]): Promise<readonly [stdout: Buffer, stderr: Buffer]> {
  const { socket, stream, stderr, end } = over();
  for (const chunk of [...chunks, null]) socket.push(chunk);
  const stdout = await buffer(stream);
  assert.equal(await end, undefined);
  return [stdout, Buffer.concat(stderr)];
}

describe('engine: a process as a stream', () => {
  it('gives back every byte of each output in order, wherever the chunks are cut', async () => {
    const frame = fc.tuple(fc.constantFrom(0, 1, 2), fc.uint8Array({ maxLength: 300 }));
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 40 }), fc.array(fc.nat(4000)), async (frames, cuts) => {
        const whole = encode(frames);
        const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        // Chunks of their own memory, as a connection's are: they are moved together in place.
        const chunks = at.slice(1).map((end, index) => Buffer.from(whole.subarray(at[index], end)));
        const got = await taken(chunks.filter((chunk) => chunk.length > 0));
        assert.deepEqual(got, [payload(frames, false), payload(frames, true)]);
      }),
      { numRuns: 40 },
    );
  });

  it('reads frames that come byte by byte', async () => {
    const frames = [1, 2, 1, 0, 2, 2].map((stream, index): Frame => [stream, Buffer.from(`part ${index} é\n`)]);
    const bytes = [...encode(frames)].map((byte) => Buffer.from([byte]));
    assert.deepEqual(await taken(bytes), [payload(frames, false), payload(frames, true)]);
  });

  it('makes one piece of 100,000 frames that come in one chunk', async () => {
    const frames = Array.from({ length: 100_000 }, (_, index): Frame => [1 + (index % 2), Buffer.from(`${index}\n`)]);
    const { socket, stream, stderr } = over();
    const piece = once(stream, 'data') as Promise<[Buffer]>;
    socket.push(encode(frames));
    const [stdout] = await piece;
    assert.ok(stdout.equals(payload(frames, false)));
    assert.ok(Buffer.concat(stderr).equals(payload(frames, true)));
  });

  it('writes what one turn of the event loop brings in one call', async () => {
    const { stream, calls } = over();
    stream.write(Buffer.alloc(84));
    process.nextTick(() => stream.write(Buffer.alloc(36)));
    await Promise.resolve();
    stream.write(Buffer.alloc(52));
    await nextTurn();
    await nextTurn();
    assert.deepEqual(calls, [84 + 52 + 36]);
  });

  it('writes no part of a packet in a call of its own', async () => {
    const { stream, calls } = over();
    const packet = [4, 32_768, 16];
    const parts = Array.from({ length: 20 }, () => packet).flat();
    await Promise.all(parts.map((length) => new Promise((done) => void stream.write(Buffer.alloc(length), done))));
    const sum = (all: readonly number[]) => all.reduce((some, one) => some + one, 0);
    assert.equal(sum(calls), sum(parts));
    assert.equal(calls.length, 2, 'the first that fills the connection, and what came meanwhile');
  });

  it('holds the connection back while nobody reads, and goes on when somebody does', async () => {
    let made = 0;
    const frame = encode([[1, Buffer.alloc(32 * 1024)]]);
    const { socket, stream } = over(function (this: Duplex) {
      made += 1;
      this.push(made > 1000 ? null : Buffer.from(frame));
    });
    await once(socket, 'pause');
    const held = made;
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    assert.equal(made, held);
    assert.ok(made < 100, `${made} frames were taken in`);
    assert.equal((await buffer(stream)).length, 1000 * 32 * 1024);
  });

  it('fails where the connection ends within a frame, or is cut off', async () => {
    for (const last of [null, undefined]) {
      const { socket, stream, end } = over();
      const broken = assert.rejects(buffer(stream), FrameError);
      socket.push(encode([[1, Buffer.alloc(100)]]).subarray(0, 50));
      if (last === null) socket.push(null);
      else socket.destroy();
      await broken;
      assert.ok((await end) instanceof FrameError);
    }
  });
});
