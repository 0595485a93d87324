import * as vscode from 'vscode';
import type { Core } from '../../core/index';
import type { UpOptions, UpResult } from '../../core/projects/types';
import { isCancelled } from '../../core/errors';
import { prepareServers, provideServer } from '../handoff/editor-server';
import { withBuildProgress } from '../notify/build-progress';
import { scoped } from '../notify/failure';
import type { Parts } from '../parts';
import type { Commands } from './registry';
import { folderFor, requireTrust } from './target';

/** Ensures that a folder's container is up: spinner in the row, a notification when it takes long, detail in the channel. */
export async function upFolder(parts: Parts, core: Core, folder: string, options: UpOptions = {}): Promise<UpResult> {
  const { session, output } = parts;
  const { id, name } = await core.projects.identify(folder);
  const known = session.row(id)?.name ?? name;
  const channel = output.of(known);
  const abort = new AbortController();
  const work = session.work.begin(id, 'starting', abort);
  const action = { command: 'up', title: `Berth: ${known}`, channel, abort, onStep: (text: string) => work.step(text) };
  const trusted = vscode.workspace.isTrusted;
  return scoped({ channel, target: { row: session.row(id), folder: { path: folder } } }, async () => {
    try {
      const result = await withBuildProgress(
        action,
        (progress) => core.projects.up(folder, { ...options, trusted }, progress, abort.signal),
        () => 'up',
      );
      parts.focus.tell(`${known} is up.`);
      return result;
    } catch (error) {
      if (isCancelled(error)) parts.activity.tell({ project: known, text: 'up was cancelled', icon: 'circle-slash' });
      throw error;
    } finally {
      work.dispose();
    }
  });
}

export function registerUp(commands: Commands, parts: Parts): void {
  const { session } = parts;

  const ensure = async (target: unknown): Promise<UpResult | undefined> => {
    requireTrust();
    const folder = await folderFor(parts, target);
    if (folder === undefined) return undefined;
    const core = await session.core();
    await prepareServers(core);
    return upFolder(parts, core, folder.path);
  };

  commands.register('berth.up', ensure);

  commands.register('berth.open', async (target) => {
    if (session.window.isContainer && target === undefined) {
      void vscode.window.showInformationMessage('This window is open in the container already.');
      return;
    }
    const result = await ensure(target);
    if (result === undefined) return;
    const core = await session.core();
    await provideServer(core, result.row, (line) => session.log.log('info', line));
    await parts.handoff.open(result.row, core.ssh);
  });

  commands.register('berth.cancel', async (target) => {
    const given = typeof target === 'object' && target !== null ? target : {};
    if ('run' in given && given.run !== undefined) {
      const { id } = given.run as { id: string };
      session.runs.all.find((run) => run.id === id)?.cancel();
      return;
    }
    if ('folder' in given && given.folder !== undefined) {
      const folder = await folderFor(parts, target);
      const id = folder === undefined ? undefined : session.window.identity(folder)?.id;
      if (id !== undefined && session.work.cancel(id)) return;
    }
    await cancelSomething(parts, 'row' in given ? (given.row as { id: string } | undefined)?.id : undefined);
  });
}

/** Cancels the one thing under way, of a project if one is named; of several it asks which. */
async function cancelSomething({ session }: Parts, project: string | undefined): Promise<void> {
  const works = session.work.projects
    .filter((id) => project === undefined || id === project)
    .map((id) => ({
      label: session.row(id)?.name ?? 'Container under way',
      description: session.busy(id)?.verb ?? '',
      cancel: () => void session.work.cancel(id),
    }));
  const runs = session.runs.all
    .filter((run) => project === undefined || run.project === project)
    .map((run) => ({
      label: run.command,
      description: session.row(run.project)?.name ?? '',
      cancel: () => run.cancel(),
    }));
  const all = [...works, ...runs];
  if (all.length === 0) {
    void vscode.window.showInformationMessage('Nothing is under way that could be cancelled.');
    return;
  }
  const chosen = all.length === 1 ? all[0] : await vscode.window.showQuickPick(all, { placeHolder: 'Cancel what?' });
  chosen?.cancel();
}
