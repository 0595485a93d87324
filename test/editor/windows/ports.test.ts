import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { PortRow } from '../../../src/core/ports/types';
import type { ContainerNode } from '../../../src/editor/views/containers-tree';
import type { TestApi } from '../../../src/extension';
import { answering, berth, folder, removeAll, until, up } from './support';

/**
 * Answers HTTP requests on a port of the container with that port's number; each connection in a process of its own, since a
 * browser that a port was opened in keeps one open ahead of what it may ask.
 */
const server = String.raw`perl -e 'use IO::Socket::INET; $SIG{CHLD} = "IGNORE"; my $s = IO::Socket::INET->new(Listen => 9, ReuseAddr => 1, LocalAddr => "127.0.0.1", LocalPort => $ARGV[0]) or die $!;
while (my $c = $s->accept) { next if fork; sysread $c, my $asked, 4096; syswrite $c, "HTTP/1.0 200 OK\r\n\r\nserved on $ARGV[0]"; exit }'`;

describe('a window forwards its project’s ports', () => {
  let api: TestApi;
  let taker: Server;
  let host: number;
  let template: string;

  before(async () => {
    api = await berth();
    await removeAll(api);
    taker = createServer();
    taker.listen(0, '127.0.0.1');
    await once(taker, 'listening');
    host = (taker.address() as { port: number }).port;
    template = await readFile(join(folder(), 'berth.yaml'), 'utf8');
    await writeFile(join(folder(), 'berth.yaml'), `${template.trimEnd()}\n  ports: ["${host}:8000"]\n`);
    await up(api);
    for (const port of [8000, 8001]) serve(port);
  });

  after(async () => {
    await removeAll(api);
    await writeFile(join(folder(), 'berth.yaml'), template);
    taker.close();
  });

  const serve = (port: number): void =>
    void vscode.commands.executeCommand('berth.run', { command: `${server} ${port}` });
  const ports = (): readonly PortRow[] => api.session.ports.of(api.session.rowsHere[0]?.id ?? '');
  const group = (): ContainerNode | undefined =>
    api.containers.roots[0]?.children.find(({ look }) => look.label === 'Ports');
  const shown = (what: string, fits: (rows: readonly ContainerNode[]) => boolean): Promise<readonly ContainerNode[]> =>
    until(what, api.session.onDidChange, () => {
      const rows = group()?.children ?? [];
      return fits(rows) ? rows : undefined;
    });
  /** The server comes up while a connection waits, since its container has only just started. */
  const get = async (port: number | null | undefined): Promise<string> => {
    return (await fetch(`http://127.0.0.1:${port ?? 0}/`)).text();
  };

  it('shows a declared port with its real number where the wanted one is taken', async () => {
    const [row] = await shown('the row', (rows) => rows.length === 1 && rows[0]?.look.icon === 'plug');
    const real = ports()[0]?.host ?? 0;
    assert.ok(real > host);
    assert.equal(group()?.look.description, `8000 → 127.0.0.1:${real} (${host} was taken)`);
    assert.equal(row?.look.description, `→ 127.0.0.1:${real} (${host} was taken)`);
    assert.equal(row.look.context, 'port forwarded declared');
    assert.equal(await get(real), 'served on 8000');
  });

  it('forwards any other by command, and stops it by its row', async () => {
    const made = await vscode.commands.executeCommand<PortRow>('berth.forwardPort', { port: 8001 });
    assert.deepEqual([made.port, made.state, made.origin], [8001, 'forwarded', 'added']);
    assert.equal(await get(made.host), 'served on 8001');
    const rows = await shown('both rows', (all) => all.length === 2);
    await vscode.commands.executeCommand('berth.stopForward', rows[1]);
    await shown('one row', (all) => all.length === 1);
    await assert.rejects(get(made.host));
  });

  it('stops a declared one, and forwards it again from its row', async () => {
    const [declared] = group()?.children ?? [];
    await vscode.commands.executeCommand('berth.stopForward', declared);
    const [off] = await shown('a row that is off', ([row]) => row?.look.context === 'port off declared');
    assert.equal(off?.look.description, '→ not forwarded');
    await vscode.commands.executeCommand('berth.forwardPort', off);
    await shown('the row', ([row]) => row?.look.context === 'port forwarded declared');
    assert.equal(await get(ports()[0]?.host), 'served on 8000');
  });

  it('opens a port in the browser by its real number', async () => {
    const address = await vscode.commands.executeCommand<string>('berth.openInBrowser', group()?.children[0]);
    assert.equal(address, `http://127.0.0.1:${ports()[0]?.host ?? 0}/`);
  });

  it('asks once about a port that something listens on, and forwards it', async () => {
    const first = await answering('showInformationMessage', 'Forward', async () => {
      // Not before somebody answers: a window that a person is at looks by itself too.
      serve(8002);
      while (group()?.children.length !== 2) await Promise.all([api.portQuestions.look(), delay(50)]);
    });
    const [question, ...more] = first.said;
    assert.deepEqual(more, []);
    assert.match(question?.message ?? '', /listens on port 8002/);
    assert.deepEqual(question?.buttons, ['Forward', 'Open in Browser', 'Do Not Ask Again']);
    const rows = group()?.children ?? [];
    assert.equal(await get(ports()[1]?.host), 'served on 8002');
    await vscode.commands.executeCommand('berth.stopForward', rows[1]);
    await shown('one row', (all) => all.length === 1);
    const later = await answering('showInformationMessage', undefined, async () => {
      // A port counts once it was there at two looks.
      for (let looks = 0; looks < 2; looks += 1) await api.portQuestions.look();
    });
    assert.deepEqual(later.said, []);
  });

  it('says what is wrong where no port fits', async () => {
    const wrong = await answering('showErrorMessage', undefined, async () => {
      await vscode.commands.executeCommand('berth.stop');
      await until('a stopped row', api.session.onDidChange, () => api.session.rowsHere[0]?.state === 'stopped');
      await vscode.commands.executeCommand('berth.openInBrowser');
    });
    assert.match(wrong.said[0]?.message ?? '', /is not running/);
    await until('no empty group', api.session.onDidChange, () => group() === undefined);
  });
});
