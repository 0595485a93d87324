import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExecStream } from '../../../src/core/engine/types';
import { ShellsAhead } from '../../../src/core/line/ahead';
import type { Answer } from '../../../src/core/line/answer';
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

/** What a container says that is not called. */
const unanswered = (): Promise<null> => Promise.resolve(null);

describe('a tunnel’s shell that is begun before it is known what it gets', () => {
  it('is for the next tunnel to its container, and for that one alone', async () => {
    const engine = engineOf(() => Promise.resolve(stream()));
    const ahead = new ShellsAhead();
    const begun = ahead.begin('a', unanswered(), () => engine.execStream('a', bootstrapExec));
    const over = ahead.over(engine);
    await nextTurn();
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

  it('is for who wants it without sshd, where the container itself has answered', async () => {
    const engine = engineOf(() => Promise.resolve(stream()));
    const ahead = new ShellsAhead();
    const shell = stream();
    const answer: Answer = {
      asServer: () => Promise.resolve(null),
      asShell: () => shell,
      letGo: () => void shell.stream.destroy(),
    };
    const begin = (called: Answer | null) =>
      ahead.begin('a', Promise.resolve(called), () => engine.execStream('a', bootstrapExec));
    begin(answer).dispose();
    await nextTurn();
    assert.equal(shell.stream.destroyed, true);
    begin(answer);
    assert.equal(await ahead.called('b'), null);
    assert.equal(await ahead.called('a'), answer);
    assert.equal(await ahead.called('a'), null, 'it is taken');
    begin(answer);
    assert.equal(await ahead.over(engine).execStream('a', bootstrapExec), shell);
    assert.deepEqual(engine.asked, []);
    begin(null);
    assert.equal(await ahead.called('a'), null, 'it is for a tunnel');
    await ahead.over(engine).execStream('a', bootstrapExec);
    assert.deepEqual(engine.asked, ['a /bin/sh']);
  });

  it('is let go where nobody takes it, also one that is still on its way', async () => {
    const made = stream();
    let start: (made: ExecStream) => void = () => undefined;
    const engine = engineOf(() => new Promise((resolve) => (start = resolve)));
    const ahead = new ShellsAhead();
    ahead.begin('a', unanswered(), () => engine.execStream('a', bootstrapExec)).dispose();
    await nextTurn();
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
    ahead.begin('a', unanswered(), () => engine.execStream('a', bootstrapExec));
    await ahead.over(engine).execStream('a', bootstrapExec);
    assert.equal(engine.asked.length, 2);
  });
});
