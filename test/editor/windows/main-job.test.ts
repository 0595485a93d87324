import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { CommandExit } from '../../../src/core/command';
import type { TestApi } from '../../../src/extension';
import { answering, berth, docker, folder, outputOnce, removeAll, rowOnce, until, up } from './support';

describe('from a folder to a command in its own container', () => {
  let api: TestApi;

  before(async () => {
    api = await berth();
    await removeAll(api);
  });

  afterEach(() => removeAll(api));

  it('shows nothing but the welcome text before, steps while it builds, and the row after', async () => {
    assert.equal(api.containers.roots.length, 0);
    assert.equal(api.statusBar.look, null);
    const seen: string[] = [];
    const watch = api.session.onDidChange(() =>
      seen.push(api.statusBar.look?.text ?? '', api.containers.roots[0]?.look.icon ?? ''),
    );
    const row = await up(api);
    watch.dispose();
    assert.ok(seen.includes('loading~spin'), 'the row spins while it is made');
    assert.ok(
      seen.some((text) => text.startsWith('$(loading~spin) ')),
      'the status bar says so too',
    );
    const root = await until('the row', api.session.onDidChange, () =>
      api.containers.roots.find(({ look }) => look.icon === 'vm-running'),
    );
    assert.equal(root.id, row.id);
    assert.match(root.look.description, /healthy/);
    assert.match(root.look.context, /^project running here$/);
    await until(
      'the status bar',
      api.session.onDidChange,
      () => api.statusBar.look?.text === `$(vm-running) ${row.name}`,
    );
    await vscode.commands.executeCommand('berth.showOutput');
    await outputOnce(`Berth: ${row.name}`, /▶ up {3}\d\d:\d\d:\d\d[^]*✔ up · /);
  });

  it('makes one container of two ups, and the second says it was there', async () => {
    const first = await up(api);
    const second = await up(api);
    assert.equal(second.container, first.container);
    assert.match(await docker('ps', '--format', '{{.Names}}'), new RegExp(`^${first.containerName}$`, 'm'));
  });

  it('streams a command’s lines while it runs, and ends with its code and time', async () => {
    const { name } = await up(api);
    const command = 'echo one; while [ ! -e go ]; do sleep 0.05; done; printf "\\033[31mtwo\\033[0m\\n" >&2; exit 3';
    const running = vscode.commands.executeCommand<CommandExit>('berth.run', { command });
    await outputOnce(`Berth: ${name}`, /\none\n/);
    const children = api.containers.roots[0]?.children[0];
    assert.equal(children?.look.description, '1 running');
    assert.equal(children.children[0]?.look.label, command);
    await writeFile(join(folder(), 'go'), '');
    const exit = await running;
    assert.deepEqual([exit.code, exit.cancelled], [3, false]);
    await outputOnce(`Berth: ${name}`, /\ntwo\n✖ exit 3 · [\d.]+ m?s\n/);
    await until('no running row', api.session.onDidChange, () => api.containers.roots[0]?.children.length === 0);
  });

  it('cancels a command from its row', async () => {
    const { name } = await up(api);
    const running = vscode.commands.executeCommand<CommandExit>('berth.run', { command: 'echo started; sleep 1000' });
    await outputOnce(`Berth: ${name}`, /\nstarted\n/);
    await vscode.commands.executeCommand('berth.cancel', api.containers.roots[0]?.children[0]?.children[0]);
    assert.equal((await running).cancelled, true);
    await outputOnce(`Berth: ${name}`, /✖ cancelled · /);
  });

  it('says more of a row once the pointer rests on it, as it is by then', async () => {
    const { name } = await up(api);
    const [node] = api.containers.getChildren();
    assert.ok(node !== undefined);
    const item = api.containers.getTreeItem(node);
    assert.deepEqual([item.label, item.tooltip], [name, undefined], 'the editor would take each of a thousand apart');
    const says = () => (api.containers.resolveTreeItem(item, node).tooltip as vscode.MarkdownString).value;
    const reads = (words: string) => until(words, api.containers.onDidChangeTreeData, () => says().includes(words));
    // What was under way is shown until the view is drawn again.
    await reads('Run a command in it');
    await vscode.commands.executeCommand('berth.stop');
    await rowOnce(api, 'a stopped row', (row) => row.state === 'stopped');
    await reads('State | stopped');
    await vscode.commands.executeCommand('berth.start');
  });

  it('stops, starts and removes, each shown by row and status bar', async () => {
    const { name, id } = await up(api);
    await vscode.commands.executeCommand('berth.stop');
    await rowOnce(api, 'a stopped row', (row) => row.state === 'stopped');
    await until(
      'the status bar',
      api.session.onDidChange,
      () => api.statusBar.look?.text === `$(vm-outline) ${name}: stopped`,
    );
    const again = await answering('showErrorMessage', undefined, () => vscode.commands.executeCommand('berth.stop'));
    assert.deepEqual(again.said, [{ message: `${name} is stopped already.`, detail: '', buttons: ['Show Log'] }]);
    const run = await answering('showErrorMessage', undefined, () => vscode.commands.executeCommand('berth.run'));
    assert.deepEqual(run.said[0]?.buttons, ['Start', 'Show Log']);
    await vscode.commands.executeCommand('berth.start');
    await rowOnce(api, 'a running row', (row) => row.state === 'running');
    const left = await answering('showWarningMessage', undefined, () => vscode.commands.executeCommand('berth.remove'));
    assert.match(left.said[0]?.detail ?? '', /Lost: the container [^]*Kept: the folder /);
    assert.equal(api.session.rowsHere.length, 1, 'leaving the question removes nothing');
    const keep = left.said[0]?.buttons.find((button) => button.startsWith('Remove'));
    await answering('showWarningMessage', keep, () => vscode.commands.executeCommand('berth.remove'));
    await until('no row', api.session.onDidChange, () => api.session.rowsHere.length === 0);
    assert.notEqual(await docker('volume', 'ls', '--quiet', '--filter', `label=dev.berth.project=${id}`), '');
    await up(api);
  });

  it('shows within two seconds that somebody removed the container', async () => {
    const { containerName } = await up(api);
    await docker('rm', '--force', containerName);
    const removed = Date.now();
    // The snapshot knows of it a moment before it is drawn.
    await until('nothing in the status bar', api.session.onDidChange, () => api.statusBar.look === null);
    assert.ok(Date.now() - removed < 2000, `${Date.now() - removed} ms`);
    assert.equal(api.session.rowsHere.length, 0);
  });
});
