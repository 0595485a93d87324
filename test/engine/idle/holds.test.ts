import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { LineTarget } from '../../../src/core/line/types';
import { shellCommand } from '../../../src/core/quote';
import type { LineBed } from '../line/bed';
import { makeSshBed, rowFor, runProgram } from '../line/ssh-bed';

/** A stop with sessions open, by real ssh processes: what reconnects by itself stays out, a person comes in. */
describe('Connections after a stop', function () {
  this.timeout(60_000);
  let bed: LineBed;
  let target: LineTarget;
  let config: string;
  const started: ChildProcess[] = [];

  before(async () => {
    const made = await makeSshBed();
    ({ bed, config } = made);
    target = await bed.container();
    await made.files.ensureHost(rowFor(bed, target));
  });
  after(async () => {
    for (const child of started) child.kill();
    await bed.dispose();
  });

  const ssh = (command: string): string => shellCommand(['ssh', '-n', '-F', config, target.alias, command]);
  const state = async (): Promise<string | undefined> => (await bed.engine.inspectContainer(target.containerId))?.state;

  /** Starts something and collects what it says. */
  const start = (program: string, args: string[]) => {
    const child = spawn(program, args, { stdio: 'pipe' });
    started.push(child);
    let said = '';
    for (const from of [child.stdout, child.stderr]) from.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const says = async (what: RegExp): Promise<void> => {
      for (const end = Date.now() + 20_000; !what.test(said);) {
        if (Date.now() > end) assert.fail(`never said ${String(what)}: ${said}`);
        await delay(30);
      }
    };
    return { child, says };
  };

  it('holds back who reconnects by itself, for that stop, and lets a person start the container', async () => {
    // As an editor does: the same process starts ssh again when it ended. It has no terminal.
    const editor = start('sh', [
      '-c',
      `${ssh('echo on-$((1)); sleep 60')}; ${ssh('echo back')}; read _; ${ssh('echo later')}`,
    ]);
    // As a person does: by a prompt in a terminal.
    const person = start('script', ['-qec', 'bash --norc', '/dev/null']);
    person.child.stdin.write(`${ssh('echo here-$((1)); sleep 60')}\n`);
    await editor.says(/^on-1$/m);
    await person.says(/^here-1/m);

    await bed.engine.stopContainer(target.containerId, 5);
    await editor.says(
      /berth: line was stopped; connections from before do not start it again\. Start it: `berth start line`/,
    );
    assert.equal(await state(), 'exited');

    person.child.stdin.write(`${ssh('echo again-$((1))')}\n`);
    await person.says(/^again-1/m);
    assert.equal(await state(), 'running');
    // Now that it runs, nobody is held.
    const over = once(editor.child, 'close');
    editor.child.stdin.write('\n');
    await editor.says(/^later$/m);
    await over;
  });

  it('lets a connection that was not open at the stop start the container', async () => {
    await bed.engine.stopContainer(target.containerId, 5);
    const { code, stdout } = await runProgram('sh', ['-c', `${ssh('echo new')}; exit $?`]);
    assert.deepEqual([code, stdout.toString()], [0, 'new\n']);
  });
});
