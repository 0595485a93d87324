import * as vscode from 'vscode';
import { isCancelled, messageOf } from '../../core/errors';
import { scoped } from '../notify/failure';
import type { Parts } from '../parts';
import { LineSplitter } from '../run/lines';
import { shellCommand } from '../../core/quote';
import type { CommandId } from './ids';
import type { ProjectRow } from '../../core/model';
import type { Registering } from './registry';
import { projectFor } from './target';

/** How many lines of a container's log are fetched before following it. */
const tail = 500;

export function registerInspect(commands: Registering, parts: Parts): void {
  const { output, session } = parts;
  const following = new Map<string, AbortController>();

  commands.register('berth.showLogs', async (target) => {
    const row = await projectFor(parts, 'berth.showLogs', target);
    if (row === undefined) return;
    const channel = output.logsOf(row.name);
    channel.show(true);
    if (following.has(row.id)) return;
    const abort = new AbortController();
    following.set(row.id, abort);
    channel.clear();
    void follow(row, channel, abort.signal).finally(() => following.delete(row.id));
  });

  const follow = async (row: ProjectRow, channel: vscode.OutputChannel, signal: AbortSignal): Promise<void> => {
    try {
      const core = await session.core();
      const logs = await core.projects.logs(row, { follow: row.state === 'running', tail }, signal);
      for (const stream of [logs.stdout, logs.stderr]) {
        const lines = LineSplitter.joined((text) => channel.appendLine(text));
        stream.on('data', (chunk: Buffer) => lines.push(chunk)).on('end', () => lines.end());
      }
      await logs.ended;
      channel.appendLine('— the log ended');
    } catch (error) {
      if (!isCancelled(error)) channel.appendLine(`— the log ended: ${messageOf(error)}`);
    }
  };

  commands.register('berth.showOutput', async (target) => {
    const { window, snapshot } = session;
    if (snapshot.rows.length > 0) {
      const row = await projectFor(parts, 'berth.showOutput', target);
      if (row !== undefined) output.of(row.name).show(true);
      return;
    }
    // Before the first row comes a build has its channel already, by the name that the project will have.
    const name = window.folders.map((folder) => window.identity(folder)?.name).find((known) => output.has(known));
    if (name === undefined) output.showLog();
    else output.of(name).show(true);
  });

  const copy = (id: CommandId, what: string, textOf: (row: ProjectRow) => Promise<string>): void =>
    commands.register(id, async (target) => {
      const row = await projectFor(parts, id, target);
      if (row === undefined) return;
      await scoped({ target: { row } }, async () => vscode.env.clipboard.writeText(await textOf(row)));
      vscode.window.setStatusBarMessage(`$(check) ${what} of ${row.name} copied`, 3000);
    });

  copy('berth.copySshCommand', 'SSH command', async (row) => {
    const { ssh } = await session.core();
    await ssh.ensureHost(row);
    const { installed, ownConfig } = await ssh.status();
    return shellCommand(['ssh', ...(installed ? [] : ['-F', ownConfig]), row.alias]);
  });
  copy('berth.copyContainerId', 'Container id', (row) => Promise.resolve(row.container ?? ''));
  copy('berth.copyImage', 'Image name', (row) => Promise.resolve(row.image));
}
