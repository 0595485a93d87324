import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { CommandExit } from '../../../src/core/command';
import { serverFolder } from '../../../src/core/inside/server-folder';
import type { TestApi } from '../../../src/extension';
import { answering, berth, docker, outputOnce, until } from './support';

describe('a window that is open in the container', () => {
  let api: TestApi;

  before(async () => {
    api = await berth();
    await (await api.session.core()).projects.refresh();
  });

  it('knows its project by the alias of its remote', async () => {
    assert.equal(vscode.env.remoteName, 'ssh-remote');
    const row = await until('the row', api.session.onDidChange, () => api.session.rowsHere[0]);
    assert.equal(row.alias, process.env['BERTH_TEST_ALIAS']);
    await until(
      'the status bar',
      api.session.onDidChange,
      () => api.statusBar.look?.text === `$(vm-running) ${row.name}`,
    );
    assert.equal(api.session.window.isContainer, true);
  });

  it('runs commands and terminals in that project', async () => {
    const exit = await vscode.commands.executeCommand<CommandExit>('berth.run', { command: 'pwd' });
    assert.equal(exit.code, 0);
    await outputOnce(`Berth: ${api.session.rowsHere[0]?.name ?? ''}`, /\n\/workspace\n/);
    const terminal = await vscode.commands.executeCommand<vscode.Terminal>('berth.openTerminal');
    const { pty } = terminal.creationOptions as vscode.ExtensionTerminalOptions;
    let text = '';
    pty.onDidWrite((more) => (text += more));
    pty.handleInput?.('echo in-$((40+2))\r');
    await until(
      'the shell',
      (look) => pty.onDidWrite(() => setImmediate(look)),
      () => text.includes('in-42'),
    );
    terminal.dispose();
  });

  it('runs a task in that project', async () => {
    const definition = { type: 'berth', command: 'test "$PWD" = /workspace && exit 9' };
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder !== undefined);
    const task = api.tasks.resolveTask(new vscode.Task(definition, folder, 'where', 'berth'));
    assert.ok(task !== undefined);
    let code: number | undefined;
    const ends = vscode.tasks.onDidEndTaskProcess((event) => (code = event.exitCode));
    await vscode.tasks.executeTask(task);
    await until('the task’s end', vscode.tasks.onDidEndTaskProcess, () => code === 9);
    ends.dispose();
  });

  it('marks mistakes in its templates, which are read on the machine that the folder lies on', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder !== undefined);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, 'berth.yaml'));
    assert.equal(document.uri.scheme, 'vscode-remote');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(document.lineCount, 0), '\n  rnu: []\n');
    await vscode.workspace.applyEdit(edit);
    const mark = await until(
      'the mark',
      (listener) => vscode.languages.onDidChangeDiagnostics(listener),
      () => vscode.languages.getDiagnostics(document.uri).find(({ source }) => source === 'Berth'),
    );
    assert.equal(document.getText(mark.range), 'rnu');
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('sets the editor up by the template, once: settings beside the user’s own, and extensions', async () => {
    const [row] = api.session.rowsHere;
    assert.ok(row !== undefined);
    await appendFile(
      join(row.folder, 'berth.yaml'),
      '  editor: { extensions: [berth-test.one, berth-test.two], settings: { "editor.tabSize": 3, "files.eol": "x" } }\n',
    );
    const machine = `~/${serverFolder(vscode.env.uriScheme)}/data/Machine/settings.json`;
    const inside = (script: string): Promise<string> =>
      docker('exec', '-u', row.user, row.container ?? '', 'sh', '-c', script);
    const home = row.user === 'root' ? '/root' : `/home/${row.user}`;
    const read = async (): Promise<unknown> => JSON.parse(await inside(`HOME=${home}; cat ${machine}`));
    await inside(`HOME=${home}; mkdir -p $(dirname ${machine}); echo '{ "files.eol": "mine" }' > ${machine}`);
    const asked: string[] = [];
    // The gallery is out of reach here: one is installed by a stand-in, the other fails as without a gallery.
    api.inside.install = (id) => {
      asked.push(id);
      return id === 'berth-test.two' ? Promise.reject(new Error('not found in the gallery')) : Promise.resolve();
    };
    const first = await answering('showWarningMessage', undefined, () => api.inside.setUp(row));
    assert.match(first.said[0]?.message ?? '', /not set up in the editor: berth-test\.two\. It is tried again/);
    assert.deepEqual(asked, ['berth-test.one', 'berth-test.two']);
    assert.deepEqual(await read(), { 'files.eol': 'mine', 'editor.tabSize': 3 });
    await inside(`HOME=${home}; echo '{}' > ${machine}`);
    await answering('showWarningMessage', undefined, () => api.inside.setUp(row));
    assert.deepEqual(asked.slice(2), ['berth-test.two'], 'what is installed is not asked for again');
    assert.deepEqual(await read(), {}, 'what the user took out stays out');
  });

  it('leaves ports to the editor, which forwards them itself in such a window', async () => {
    const [row] = api.session.rowsHere;
    assert.ok(row !== undefined);
    const address = await vscode.commands.executeCommand<string>('berth.forwardPort', { port: 8123 });
    assert.match(address, /^https?:/);
    const { ports } = await api.session.core();
    assert.deepEqual(await ports.look(row), []);
    await api.portQuestions.look();
    await api.portQuestions.look();
    assert.equal(await ports.claimQuestion(row, 8123), true, 'nothing was asked about here');
  });
});
