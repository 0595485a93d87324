import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { answering, berth, docker } from './support';

describe('an untrusted folder', () => {
  let api: TestApi;

  before(async () => {
    api = await berth();
    await (await api.session.core()).projects.refresh();
  });

  it('opens in Restricted Mode with the extension active', () => {
    assert.equal(vscode.workspace.isTrusted, false);
  });

  for (const command of [
    'berth.up',
    'berth.open',
    'berth.run',
    'berth.openTerminal',
    'berth.start',
    'berth.restart',
    'berth.buildImage',
  ]) {
    it(`builds and runs nothing by ${command}, and says so`, async () => {
      const { said } = await answering('showErrorMessage', undefined, () => vscode.commands.executeCommand(command));
      assert.match(said[0]?.message ?? '', /not trusted, so nothing is built or run/);
      assert.deepEqual(said[0]?.buttons, ['Manage Trust', 'Show Log']);
    });
  }

  it('lets agents of this editor call no tool', async () => {
    const calling = vscode.lm.invokeTool('berth_spawn', { input: { key: 'any' }, toolInvocationToken: undefined });
    await assert.rejects(Promise.resolve(calling), /not trusted/);
  });

  it('leaves the engine as it was', async () => {
    const core = await api.session.core();
    const filter = `label=dev.berth.owner=${await core.home.owner()}`;
    assert.equal(await docker('ps', '--all', '--quiet', '--filter', filter), '');
    assert.deepEqual(api.containers.roots, []);
  });
});
