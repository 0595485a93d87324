import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { EngineSwitch } from '../engine-switch';
import { answering, berth, removeAll, until, up } from './support';

describe('an engine that goes away', () => {
  const socket = (process.env['DOCKER_HOST'] ?? '').replace(/^unix:\/\//, '');
  const power = new EngineSwitch(socket, process.env['BERTH_TEST_ENGINE'] ?? '');
  let api: TestApi;

  before(async function () {
    api = await berth();
    await power.on();
    await until('the engine', api.session.onDidChange, () => api.session.snapshot.engine === 'connected');
  });

  after(async () => {
    await removeAll(api);
    await power.off();
  });

  it('is another one as soon as that is chosen, and shows none of the former one’s rows as its own', async () => {
    const row = await up(api);
    const { engine } = await api.session.core();
    const url = () => (engine.status.kind === 'connected' ? engine.status.engine.info.endpoint.url : '');
    const choose = (chosen: string) => vscode.commands.executeCommand('berth.selectEngine', { engine: chosen });
    const nowhere = `unix://${socket}.nowhere`;
    const wrong = await answering('showErrorMessage', undefined, () => choose(nowhere));
    assert.match(wrong.said[0]?.message ?? '', /engine of the setting berth\.engine, .*nowhere, cannot be reached/);
    assert.deepEqual(api.session.snapshot.rows, []);
    const other = process.env['BERTH_TEST_ENGINE'] ?? '';
    await choose(other);
    assert.equal(url(), other);
    await until('its rows', api.session.onDidChange, () => api.session.rowsHere[0]?.id === row.id);
    await choose('');
    assert.equal(url(), `unix://${socket}`);
    await until('the rows of before', api.session.onDidChange, () => api.session.rowsHere[0]?.id === row.id);
    assert.deepEqual(
      api.activity.entries.filter(({ text }) => text === 'container gone'),
      [],
      'no container went',
    );
  });

  it('keeps the last state on screen, marked so, and heals without a reload', async () => {
    const row = await up(api);
    await power.off();
    await until(
      'the status bar',
      api.session.onDidChange,
      () => api.statusBar.look?.text === '$(debug-disconnect) engine unreachable',
    );
    const [lost] = api.containers.roots;
    assert.equal(lost?.id, row.id);
    assert.equal(lost.look.icon, 'debug-disconnect');
    assert.match(lost.look.description, /^engine unreachable · healthy/);
    const run = await answering('showErrorMessage', undefined, () => vscode.commands.executeCommand('berth.run'));
    assert.match(run.said[0]?.message ?? '', /engine does not answer/);
    assert.deepEqual(run.said[0]?.buttons, ['Run Doctor', 'Show Log']);
    await power.on();
    await until(
      'the status bar',
      api.session.onDidChange,
      () => api.statusBar.look?.text === `$(vm-running) ${row.name}`,
    );
    assert.equal(api.containers.roots[0]?.look.icon, 'vm-running');
    assert.deepEqual(
      api.activity.entries.filter(({ project }) => project === '').map(({ text }) => text),
      ['Engine back', 'Engine lost'],
    );
  });
});
