import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ContainerNode } from '../../../src/editor/views/containers-tree';
import type { TestApi } from '../../../src/extension';
import { berth, folder, outputOnce, removeAll, rowOnce, until } from './support';

const services = `
  services:
    web: { command: "echo served; exec sleep 1000", ready: { command: "true" } }
    broken: { command: "exit 1", restart: { max: 1, backoff: 100ms } }
`;

describe('a project’s services', () => {
  let api: TestApi;
  let template: string;

  before(async () => {
    api = await berth();
    await removeAll(api);
    template = await readFile(join(folder(), 'berth.yaml'), 'utf8');
    await writeFile(join(folder(), 'berth.yaml'), template.trimEnd() + services);
    await vscode.commands.executeCommand('berth.containers.focus');
    await vscode.commands.executeCommand('berth.up');
    // One of them fails, so the project is not healthy for long.
    await rowOnce(api, 'a running container', ({ state }) => state === 'running');
  });

  after(async () => {
    await removeAll(api);
    await writeFile(join(folder(), 'berth.yaml'), template);
  });

  const group = (): ContainerNode | undefined =>
    api.containers.roots[0]?.children.find(({ look }) => look.label === 'Services');
  /** Look after look: by itself Berth looks only while a person is at this window, and a page opened by a suite before may be in front. */
  const looks = (listener: () => unknown): { dispose(): unknown } => {
    let wanted = true;
    const again = async (): Promise<void> => {
      while (wanted) {
        await api.services.look();
        listener();
      }
    };
    void again();
    return { dispose: () => (wanted = false) };
  };
  const shown = (name: string, context: string): Promise<ContainerNode> =>
    until(`${name}: ${context}`, looks, () =>
      group()?.children.find(({ look }) => look.label === name && look.context === context),
    );

  it('are rows with their states, in words too', async () => {
    const web = await shown('web', 'service running stoppable');
    const broken = await shown('broken', 'service failed startable');
    assert.deepEqual([web.look.icon, broken.look.icon], ['pass-filled', 'error']);
    assert.equal(web.look.description, 'running · just started');
    assert.match(broken.look.spoken, /^Service broken, failed: given up after too many starts in a row/);
    assert.equal(group()?.look.description, '1 of 2 running, 1 failed');
  });

  it('are stopped, started and restarted by their rows', async () => {
    const web = await shown('web', 'service running stoppable');
    const before = api.session.services.of(web.row?.id ?? '').find(({ name }) => name === 'web')?.pid;
    await vscode.commands.executeCommand('berth.stopService', web);
    const stopped = await shown('web', 'service stopped startable');
    assert.equal(stopped.look.icon, 'circle-outline');
    await vscode.commands.executeCommand('berth.startService', stopped);
    const started = await shown('web', 'service running stoppable');
    await vscode.commands.executeCommand('berth.restartService', started);
    await shown('web', 'service running stoppable');
    const after = api.session.services.of(web.row?.id ?? '').find(({ name }) => name === 'web')?.pid;
    assert.ok(before !== undefined && after !== undefined && before !== after);
  });

  it('have their log in an output channel, which goes on', async () => {
    const web = await shown('web', 'service running stoppable');
    const channel = `Berth logs: ${web.row?.name ?? ''} web`;
    await vscode.commands.executeCommand('berth.showServiceLog', web);
    const read = await outputOnce(channel, /served/);
    await vscode.commands.executeCommand('berth.restartService', web);
    await outputOnce(channel, new RegExp(`^(served\\s+){${read.trim().split(/\s+/).length + 1}}`));
  });
});
