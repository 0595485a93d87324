import * as vscode from 'vscode';
import { BerthError } from '../../core/errors';
import type { ErrorCode } from '../../core/errors';
import type { ProjectRow } from '../../core/model';
import { ScopedFailure } from '../notify/failure';
import type { Parts } from '../parts';
import { conditionIcons, projectLook } from '../rows/project-look';
import { conditionOf } from '../rows/condition';
import { isLocalFolder } from '../window/window-project';
import type { WindowFolder } from '../window/window-project';
import { whyNot } from './applies';
import type { CommandId } from './ids';

/** The row in what a command was called with, as it is now. */
function rowIn(parts: Parts, target: unknown): ProjectRow | undefined {
  const row = typeof target === 'object' && target !== null && 'row' in target ? (target.row as ProjectRow) : undefined;
  return row === undefined ? undefined : (parts.session.row(row.id) ?? row);
}

/**
 * The project that a command acts on: the row it was called on, the selected row, this window's project, else what the
 * user picks among those it can act on. With one candidate nobody is asked. Undefined when the pick was left.
 * @throws ScopedFailure that says why the command cannot run now
 */
export async function projectFor(parts: Parts, command: CommandId, target: unknown): Promise<ProjectRow | undefined> {
  const { session } = parts;
  await freshRows(parts);
  const meant = rowIn(parts, target) ?? parts.containers.selected ?? onlyOne(session.rowsHere);
  if (meant !== undefined) return able(parts, command, session.row(meant.id) ?? meant);
  const rows = session.rowsHere.length > 0 ? session.rowsHere : session.snapshot.rows;
  const first = rows[0];
  if (first === undefined) throw new BerthError('project_not_found', 'No project has a container yet.');
  if (rows.length === 1) return able(parts, command, first);
  const fitting = rows.filter((row) => whyNot(command, row, session.engineLost) === null);
  return fitting.length < 2 ? able(parts, command, fitting[0] ?? first) : pick(parts, fitting);
}

/** A folder of this window for `up` and `open`: the one called on, the only one, else the user's pick. */
export async function folderFor(parts: Parts, target: unknown): Promise<WindowFolder | undefined> {
  const folders = parts.session.window.folders.filter(isLocalFolder);
  const row = rowIn(parts, target) ?? (target === undefined ? parts.containers.selected : undefined);
  if (row !== undefined) return { scheme: 'file', authority: '', path: row.folder, name: row.name };
  if (typeof target === 'object' && target !== null && 'folder' in target) return target.folder as WindowFolder;
  if (folders.length < 2) {
    const [only] = folders;
    if (only !== undefined) return only;
    throw new BerthError('folder_not_found', 'This window has no folder on this machine.', {
      hint: 'Open a folder first.',
    });
  }
  const items = folders.map((folder) => ({ label: folder.name, description: folder.path, folder }));
  return (await vscode.window.showQuickPick(items, { placeHolder: 'Which folder?' }))?.folder;
}

/** Nothing is built or run for a workspace that the user has not trusted. */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new BerthError('workspace_untrusted', 'This workspace is not trusted, so nothing is built or run for it.');
}

/** A command may be the first thing that happens: then the rows have to come in before one can be chosen. */
async function freshRows({ session }: Parts): Promise<void> {
  const core = await session.core();
  if (!session.snapshot.loaded) await core.projects.refresh();
  for (const folder of session.window.folders) {
    if (isLocalFolder(folder) && session.window.identity(folder) === null) await session.window.settled();
  }
}

function onlyOne(rows: readonly ProjectRow[]): ProjectRow | undefined {
  return rows.length === 1 ? rows[0] : undefined;
}

function able(parts: Parts, command: CommandId, row: ProjectRow): ProjectRow {
  const why = whyNot(command, row, parts.session.engineLost);
  if (why === null) return row;
  const startable = row.state === 'stopped' || row.state === 'crashed';
  const code: ErrorCode = parts.session.engineLost
    ? 'engine_unreachable'
    : startable && command !== 'berth.stop'
      ? 'container_not_running'
      : 'bad_usage';
  throw new ScopedFailure(new BerthError(code, why), { target: { row } });
}

async function pick(parts: Parts, rows: readonly ProjectRow[]): Promise<ProjectRow | undefined> {
  const { engineLost } = parts.session;
  const items = rows.map((row) => ({
    label: row.name,
    description: projectLook({ row, engineLost, busy: undefined, here: false, now: Date.now() }).description,
    iconPath: new vscode.ThemeIcon(conditionIcons[conditionOf(row, engineLost, undefined)].icon),
    row,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder: 'Which project?', matchOnDescription: true }))?.row;
}
