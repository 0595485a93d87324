import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { CommandRunner, RunningCommand } from '../../../src/core/command';
import { createShells } from '../../../src/core/sandbox/shells';
import { runHere } from '../line/local-transport';

describe('the shells that wait in a container', () => {
  it('are asked no more once they have ended, though how they ended is not known yet', async () => {
    const started: RunningCommand[] = [];
    const unknown = new Promise<never>(() => undefined);
    const runner: CommandRunner = {
      run: async (spec) => {
        const command = await runHere(spec);
        started.push(command);
        return { ...command, exit: unknown };
      },
    };
    const shells = createShells(runner, ':');
    const echo = async (word: string): Promise<string> => (await shells.ask(`echo ${word}`)).stdout.toString();
    assert.equal(await echo('one'), 'one\n');
    const [first] = started;
    assert.ok(first !== undefined);
    const ended = once(first.stdout, 'end');
    await first.signal('KILL');
    await ended;
    assert.equal(await echo('two'), 'two\n');
    assert.equal(started.length, 2);
    started.at(-1)?.stdin?.end();
    await started.at(-1)?.exit;
  });
});
