import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { demultiplex } from '../../../src/core/engine/frames';
import { running } from '../../../src/core/line/running';
import { frame } from '../engine/frame';

describe('a command whose output the engine hands on before its first word', () => {
  it('has begun nevertheless, and all of it is there', async () => {
    const source = new PassThrough();
    const { stdout, stderr, ended } = demultiplex(source);
    const nonce = 'feedc0de';
    const pieces = Array.from({ length: 64 }, (_, index) => Buffer.alloc(32 * 1024, String(index % 10)));
    for (const piece of pieces) source.write(frame(1, piece));
    source.write(frame(2, Buffer.from(`\u001e${nonce} 4711\n`)));
    const command = await running(
      {
        ...{ stdin: null, stdout, stderr, ended: ended.then(() => ({ code: 3 })) },
        ...{ resize: () => undefined, beside: () => Promise.resolve(), abandon: () => undefined },
      },
      { argv: ['cat', 'much'] },
      nonce,
    );
    const before = command.stdout.readableLength;
    for (const piece of pieces) source.write(frame(1, piece));
    for (let turn = 0; turn < 10; turn += 1) await nextTurn();
    assert.equal(command.stdout.readableLength, before, 'from then on it comes at the pace of who reads');
    source.end(frame(2, Buffer.from('said')));
    const [out, err, { code }] = await Promise.all([text(command.stdout), text(command.stderr), command.exit]);
    const all = Buffer.concat(pieces).toString().repeat(2);
    assert.ok(out === all, `${out.length} bytes of ${all.length}`);
    assert.deepEqual([err, code], ['said', 3]);
  });
});
