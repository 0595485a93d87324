import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { answering, berth, removeAll, until, up } from './support';

const socketOf = (url: string | undefined): string => (url ?? '').replace(/^unix:\/\//, '');

/** The engine's socket as the extension knows it, in this test's hand: what lies behind is the real engine. */
class EngineSwitch {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  on(): Promise<void> {
    const server = createServer((near) => {
      const far = connect(socketOf(process.env['BERTH_TEST_ENGINE']));
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('error', () => to.destroy()).on('close', () => this.#sockets.delete(from));
        from.pipe(to);
      }
    });
    this.#server = server;
    return new Promise((resolve) => server.listen(socketOf(process.env['DOCKER_HOST']), resolve));
  }

  off(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      if (this.#server === undefined) resolve();
      else this.#server.close(() => resolve());
    });
    for (const socket of this.#sockets) socket.destroy();
    return closed;
  }
}

describe('an engine that goes away', () => {
  const power = new EngineSwitch();
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
    assert.match(lost.look.description, /healthy · engine unreachable$/);
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
