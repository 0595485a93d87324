import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { berth, folder, removeAll, until, up } from './support';

describe('tasks and terminals in the container', () => {
  let api: TestApi;

  before(async () => {
    api = await berth();
    await up(api);
  });

  after(() => removeAll(api));

  async function execute(name: string): Promise<number | undefined> {
    let code: number | undefined | null = null;
    let begun = 'the editor did not say that it began';
    const begins = vscode.tasks.onDidStartTaskProcess((event) => {
      if (event.execution.task.name === name) begun = 'it began';
    });
    const ends = vscode.tasks.onDidEndTaskProcess((event) => {
      if (event.execution.task.name === name) code = event.exitCode;
    });
    await vscode.commands.executeCommand('berth.runTask', { task: name });
    const what = (): string => {
      const terminals = vscode.window.terminals.map((one) => `${one.name}: ${one.exitStatus?.code ?? 'open'}`);
      return `the task’s end (${begun}; ${terminals.join(', ')})`;
    };
    const end = await until(what, vscode.tasks.onDidEndTaskProcess, () => code !== null && [code]);
    for (const events of [begins, ends]) events.dispose();
    return end[0] ?? undefined;
  }

  it('finds a task for each script of the folder', async () => {
    const names = (await vscode.tasks.fetchTasks({ type: 'berth' })).map(({ name }) => name);
    for (const name of ['make: check', 'make: greet']) assert.ok(names.includes(name), names.join());
  });

  it('runs one of tasks.json in the container, and its problems lie on the workspace’s own file', async () => {
    const file = vscode.Uri.file(join(folder(), 'main.py'));
    assert.equal(await execute('berth: lint'), 1);
    const [problem] = await until(
      'a problem',
      (look) => vscode.languages.onDidChangeDiagnostics(look),
      () => {
        const found = vscode.languages.getDiagnostics(file);
        return found.length > 0 && found;
      },
    );
    assert.deepEqual([problem?.message, problem?.range.start.line], ['found in the container', 1]);
  });

  it('gives a task its folder and its environment', async () => {
    assert.equal(await execute('berth: environment'), 7);
  });

  async function shell(): Promise<{
    pty: vscode.Pseudoterminal;
    seen: (pattern: RegExp) => Promise<unknown>;
    has: (pattern: RegExp) => boolean;
    terminal: vscode.Terminal;
  }> {
    const terminal = await vscode.commands.executeCommand<vscode.Terminal>('berth.openTerminal');
    const { pty } = terminal.creationOptions as vscode.ExtensionTerminalOptions;
    let text = '';
    pty.onDidWrite((more) => (text += more));
    return {
      pty,
      terminal,
      has: (pattern) => pattern.test(text),
      seen: (pattern) =>
        until(
          String(pattern),
          (look) => pty.onDidWrite(() => setImmediate(look)),
          () => pattern.test(text),
        ),
    };
  }

  it('opens a shell in the workspace that follows the terminal’s size', async () => {
    const { pty, seen, has, terminal } = await shell();
    pty.handleInput?.('pwd; tty\r');
    await seen(/\/workspace\r\n/);
    await seen(/\/dev\/pts\//);
    // The editor lays its panel out when it likes and then gives its own size: a size is asked for until ours was the last.
    for (let ask = 1; !has(/31 97\r\n/) && ask <= 5; ask += 1) {
      pty.setDimensions?.({ columns: 97, rows: 31 });
      pty.handleInput?.(`stty size; echo "asked $((40 + ${ask}))"\r`);
      await seen(new RegExp(`asked ${40 + ask}`));
    }
    assert.ok(has(/31 97\r\n/));
    pty.handleInput?.('exit 4\r');
    await until(
      'the terminal’s end',
      (look) => vscode.window.onDidCloseTerminal(look),
      () => terminal.exitStatus?.code === 4,
    );
  });

  it('says when the connection dropped, and Enter gives a new shell', async () => {
    const { pty, seen, terminal } = await shell();
    pty.handleInput?.('echo first-$((1+1))\r');
    await seen(/first-2/);
    await vscode.commands.executeCommand('berth.restart');
    await seen(/Press Enter for a new shell/);
    pty.handleInput?.('\r');
    pty.handleInput?.('echo second-$((1+2))\r');
    await seen(/second-3/);
    terminal.dispose();
  });
});
