import assert from 'node:assert/strict';
import { Bench } from './fixture';

describe('engine: pull', () => {
  let bench: Bench;
  before(async () => (bench = await Bench.open()));
  after(() => bench.close());

  it('names an image whose registry does not answer', async () => {
    await assert.rejects(
      bench.engine.pullImage('127.0.0.1:9/berth/nope:1', () => undefined),
      {
        code: 'image_not_found',
        message: 'The image 127.0.0.1:9/berth/nope:1 is not on the engine, and its registry does not answer.',
      },
    );
  });

  it('does not begin when it was cancelled before', async () => {
    const pulling = bench.engine.pullImage('127.0.0.1:9/berth/nope', () => undefined, AbortSignal.abort());
    await assert.rejects(pulling, { name: 'AbortError' });
  });
});
