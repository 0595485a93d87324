import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { demultiplex, FrameError, FrameParser } from '../../../src/core/engine/frames';
import { frame } from './frame';

interface Frame {
  readonly stream: number;
  readonly data: Uint8Array;
}

function encode(frames: readonly Frame[]): Buffer {
  return Buffer.concat(frames.map(({ stream, data }) => frame(stream, data)));
}

function payload(frames: readonly Frame[], stderr: boolean): string {
  return Buffer.concat(frames.filter((frame) => (frame.stream === 2) === stderr).map((frame) => frame.data)).toString(
    'hex',
  );
}

async function takenApart(chunks: readonly Buffer[]): Promise<[stdout: string, stderr: string]> {
  const { stdout, stderr, ended } = demultiplex(Readable.from(chunks, { objectMode: false }));
  const both = await Promise.all([buffer(stdout), buffer(stderr)]);
  await ended;
  return [both[0].toString('hex'), both[1].toString('hex')];
}

const anyFrames = fc.array(
  fc.record({ stream: fc.constantFrom(0, 1, 2), data: fc.uint8Array({ minLength: 0, maxLength: 300 }) }),
  { maxLength: 40 },
);

describe('engine: frames', () => {
  it('gives back every byte of each stream in order, wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(anyFrames, fc.array(fc.nat(4000), { maxLength: 20 }), async (frames, cuts) => {
        const whole = encode(frames);
        const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const chunks = at.slice(1).map((end, index) => whole.subarray(at[index], end));
        assert.deepEqual(await takenApart(chunks.filter((chunk) => chunk.length > 0)), [
          payload(frames, false),
          payload(frames, true),
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it('reads frames that come byte by byte', async () => {
    const frames = [1, 2, 1, 0, 2, 2].map((stream, index) => ({ stream, data: Buffer.from(`part ${index} é\n`) }));
    const bytes = [...encode(frames)].map((byte) => Buffer.from([byte]));
    assert.deepEqual(await takenApart(bytes), [payload(frames, false), payload(frames, true)]);
  });

  it('takes 100,000 small frames in one chunk without recursion and in linear time', async () => {
    const frames = Array.from({ length: 100_000 }, (_, index) => ({
      stream: 1 + (index % 2),
      data: Buffer.from(`${index}\n`),
    }));
    const chunk = encode(frames);
    const before = process.cpuUsage();
    const [stdout, stderr] = await takenApart([chunk]);
    const { user } = process.cpuUsage(before);
    assert.equal(stdout, payload(frames, false));
    assert.equal(stderr, payload(frames, true));
    // Quadratic copying takes minutes here; linear work some tens of milliseconds.
    assert.ok(user < 3e6, `took ${user} µs of CPU`);
  });

  it('hands on slices of the chunk, without copying', () => {
    const chunk = encode([{ stream: 1, data: Buffer.alloc(50_000, 7) }]);
    const got: Buffer[] = [];
    new FrameParser((_stream, data) => got.push(data)).push(chunk);
    assert.equal(got.length, 1);
    assert.equal(got[0]!.buffer, chunk.buffer);
  });

  for (const [name, index] of [
    ['stdout', 1],
    ['stderr', 2],
  ] as const) {
    it(`holds the source back while nobody reads ${name}, and goes on when somebody does`, async () => {
      let made = 0;
      const frame = encode([{ stream: index, data: Buffer.alloc(32 * 1024) }]);
      const source = new Readable({
        highWaterMark: 64 * 1024,
        read() {
          made += 1;
          this.push(made > 1000 ? null : frame);
        },
      });
      const outputs = demultiplex(source);
      const other = index === 1 ? outputs.stderr : outputs.stdout;
      other.resume();
      await once(source, 'pause');
      const held = made;
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      assert.equal(made, held);
      assert.ok(made < 100, `${made} frames were taken in`);
      const got = await buffer(index === 1 ? outputs.stdout : outputs.stderr);
      assert.equal(got.length, 1000 * 32 * 1024);
      await outputs.ended;
    });
  }

  it('goes on with one output when the other was destroyed', async () => {
    const source = new PassThrough();
    const { stdout, stderr, ended } = demultiplex(source);
    stderr.destroy();
    const loud = { stream: 2, data: Buffer.alloc(600 * 1024) };
    source.end(encode([loud, { stream: 1, data: Buffer.from('heard') }]));
    assert.equal((await buffer(stdout)).toString(), 'heard');
    await ended;
  });

  it('ends both outputs and says so when the stream stops within a frame', async () => {
    const whole = encode([{ stream: 1, data: Buffer.from('cut off') }]);
    const { stdout, stderr, ended } = demultiplex(Readable.from([whole.subarray(0, 12)], { objectMode: false }));
    assert.equal((await buffer(stdout)).toString(), 'cut ');
    assert.equal((await buffer(stderr)).length, 0);
    await assert.rejects(ended, FrameError);
  });

  it('says so when the connection breaks, after what had come', async () => {
    const source = new PassThrough();
    const { stdout, stderr, ended } = demultiplex(source);
    stderr.resume();
    source.write(encode([{ stream: 1, data: Buffer.from('before') }]));
    assert.equal(String((await once(stdout, 'data'))[0]), 'before');
    source.destroy(new Error('reset'));
    await assert.rejects(ended, /reset/);
  });

  it('refuses what is not made of frames, and tells the engine’s own message', async () => {
    const text = demultiplex(Readable.from([Buffer.from('plain text, no frames')], { objectMode: false }));
    await assert.rejects(text.ended, /not made of frames/);
    const complaint = encode([{ stream: 3, data: Buffer.from('copy failed') }]);
    await assert.rejects(demultiplex(Readable.from([complaint], { objectMode: false })).ended, /copy failed/);
  });
});
