import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ProjectRow } from '../../../src/core/model';
import type { Snapshot } from '../../../src/core/snapshots/types';
import type { TestApi } from '../../../src/extension';
import { answering, berth, docker, folder, removeAll, rowOnce, until, up } from './support';

describe('refresh and rollback in the editor', () => {
  let api: TestApi;
  let template: string;
  let row: ProjectRow;
  const file = () => join(folder(), 'berth.yaml');

  before(async () => {
    api = await berth();
    await removeAll(api);
    template = await readFile(file(), 'utf8');
    row = await up(api);
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await writeFile(file(), template);
    await removeAll(api);
  });

  const said = async (answer: string | undefined, command: string, target?: unknown) => {
    const { said: messages } = await answering('showWarningMessage', answer, () =>
      vscode.commands.executeCommand(command, target),
    );
    return messages.map(({ message, detail, buttons }) => ({ message, detail, buttons }));
  };
  const byHand = `mkdir -p /tmp/p/DEBIAN /tmp/p/usr/bin && echo x >/tmp/p/usr/bin/byhand
    printf 'Package: byhand\\nVersion: 1\\nArchitecture: all\\nMaintainer: x <x@x.test>\\nDescription: x\\n' >/tmp/p/DEBIAN/control
    dpkg-deb --build /tmp/p /tmp/byhand.deb && dpkg -i /tmp/byhand.deb && echo mine >/etc/mine`;

  it('shows the reasons of its health as a page to read', async () => {
    await vscode.commands.executeCommand('berth.showHealth', { row });
    const shown = () => vscode.window.tabGroups.activeTabGroup.activeTab;
    const tab = await until('the page', vscode.window.tabGroups.onDidChangeTabs, () =>
      shown()?.label.includes('health.md') ? shown() : undefined,
    );
    assert.ok(tab.input instanceof vscode.TabInputWebview, 'it is no source text');
  });

  it('says what is kept and lost, and does nothing when the question is closed', async () => {
    await docker('exec', row.containerName, 'sh', '-c', byHand);
    const [asked] = await said(undefined, 'berth.refresh');
    assert.equal(asked?.message, `Refresh ${row.name} and lose 1 package and 1 file?`);
    assert.match(asked.detail, /^Kept: .*\/workspace/m);
    assert.match(asked.detail, /apt: byhand/);
    assert.match(asked.detail, /added: \/etc\/mine/);
    assert.deepEqual(asked.buttons, ['Show What Is Lost', 'Refresh', 'Add to Template']);
    assert.equal(api.session.rowsHere[0]?.container, row.container);
  });

  it('shows all of it by the question’s default, and asks again beside it', async () => {
    const [modal, beside] = await said('Show What Is Lost', 'berth.refresh');
    await until('the page', vscode.window.tabGroups.onDidChangeTabs, () =>
      vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes('lost.md'),
    );
    assert.deepEqual(beside?.buttons, modal?.buttons.slice(1), 'which no key answers by accident');
    assert.equal(api.session.rowsHere[0]?.container, row.container);
  });

  it('writes packages into the template where that is asked for, and shows it', async () => {
    await said('Add to Template', 'berth.refresh');
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, file());
    assert.match(await readFile(file(), 'utf8'), /apt: \[.*byhand\]/);
    await writeFile(file(), template);
  });

  it('replaces the container, and goes back to the one before', async () => {
    await said('Refresh', 'berth.refresh');
    const fresh = await rowOnce(
      api,
      'the next generation',
      ({ generation, state }) => generation === 2 && state === 'running',
    );
    assert.notEqual(fresh.container, row.container);
    assert.equal(fresh.former, 1);
    const [asked] = await said('Roll Back', 'berth.rollback');
    assert.equal(asked?.message, `Go back to generation 1 of ${row.name}?`);
    const back = await rowOnce(
      api,
      'the former one',
      ({ container, state }) => container === row.container && state === 'running',
    );
    assert.equal(back.former, 2);
  });

  it('keeps a snapshot, shows it below its project, puts the project back to it, and deletes it', async () => {
    const { snapshots } = await api.session.core();
    const below = (label: string) => api.containers.roots[0]?.children.find(({ look }) => look.label === label);
    const wish = { name: 'kept', note: 'as it was' };
    const snapshot = await vscode.commands.executeCommand<Snapshot>('berth.snapshot', { row, wish });
    const group = await until('its row', api.session.onDidChange, () => below('Snapshots'));
    assert.equal(group.children[0]?.look.label, 'kept');
    await docker('exec', row.containerName, 'sh', '-c', 'echo later >/etc/later');
    const [asked] = await said('Restore', 'berth.restoreSnapshot', { row, snapshot });
    assert.equal(asked?.message, `Put ${row.name} back to the snapshot kept?`);
    assert.match(asked.detail, /added: \/etc\/later/);
    assert.deepEqual(asked.buttons, ['Show What Is Put Aside', 'Restore']);
    await rowOnce(api, 'the restored one', ({ restored, state }) => restored === 'kept' && state === 'running');
    assert.equal(await docker('exec', row.containerName, 'sh', '-c', 'cat /etc/mine; ls /etc/later || true'), 'mine\n');
    await until(
      'the row in use',
      api.session.onDidChange,
      () => below('Snapshots')?.children[0]?.look.icon === 'pass-filled',
    );
    assert.equal(below('Previous container')?.look.context, 'former');
    const [refresh] = await said(undefined, 'berth.refresh');
    assert.equal(refresh?.message, `Refresh ${row.name} and lose the snapshot kept that it is on?`);
    await removeAll(api);
    const [last] = await said('Delete', 'berth.deleteSnapshot', { row, snapshot });
    assert.equal(last?.message, `Delete the snapshot kept of ${row.name}?`);
    assert.deepEqual(await snapshots.list(row.id), []);
  });
});
