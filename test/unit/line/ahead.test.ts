import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import type { ExecStream } from '../../../src/core/engine/types';
import { ShellsAhead } from '../../../src/core/line/ahead';
import { bootstrapExec } from '../../../src/core/line/bootstrap';

/** An engine that starts whatever it is asked for, and keeps count. */
function engineOf(start: (containerId: string) => Promise<ExecStream>) {
  const asked: string[] = [];
  const execStream = (containerId: string, spec: { readonly argv: readonly string[] }): Promise<ExecStream> => {
    asked.push(`${containerId} ${spec.argv[0] ?? ''}`);
    return start(containerId);
  };
  return { asked, execStream };
}

const stream = (): ExecStream => ({ stream: new PassThrough(), stderr: () => '', exit: Promise.resolve(0) });

describe('a tunnel’s shell that is begun before it is known what it gets', () => {
  it('is for the next tunnel to its container, and for that one alone', async () => {
    const engine = engineOf(() => Promise.resolve(stream()));
    const ahead = new ShellsAhead();
    const begun = ahead.begin(engine, 'a');
    const over = ahead.over(engine);
    await over.execStream('b', bootstrapExec);
    await over.execStream('a', { argv: ['ls'] });
    assert.deepEqual(engine.asked.splice(0), ['a /bin/sh', 'b /bin/sh', 'a ls']);
    const taken = await over.execStream('a', bootstrapExec);
    assert.deepEqual(engine.asked, []);
    await over.execStream('a', bootstrapExec);
    assert.deepEqual(engine.asked, ['a /bin/sh']);
    begun.dispose();
    await Promise.resolve();
    assert.equal(taken.stream.destroyed, false, 'it belongs to who took it');
  });

  it('is let go where nobody takes it, also one that is still on its way', async () => {
    const made = stream();
    let start: (made: ExecStream) => void = () => undefined;
    const engine = engineOf(() => new Promise((resolve) => (start = resolve)));
    const ahead = new ShellsAhead();
    ahead.begin(engine, 'a').dispose();
    start(made);
    await new Promise((resolve) => made.stream.once('close', resolve));
    assert.equal(ahead.over(engine), engine);
  });

  it('is no loss where it could not be started', async () => {
    let failures = 1;
    const engine = engineOf(() =>
      failures-- > 0 ? Promise.reject(new Error('it is paused')) : Promise.resolve(stream()),
    );
    const ahead = new ShellsAhead();
    ahead.begin(engine, 'a');
    await ahead.over(engine).execStream('a', bootstrapExec);
    assert.equal(engine.asked.length, 2);
  });
});
