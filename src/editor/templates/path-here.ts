import { join, posix } from 'node:path';
import type * as vscode from 'vscode';
import type { Session } from '../session';
import { aliasOfFolder } from '../window/window-project';

/**
 * Where a file lies on this machine, where templates are read: a container's workspace is the project's folder. Undefined
 * for a file that is not on this machine, and for a container that is not known yet.
 */
export function pathHere(uri: vscode.Uri, { window, snapshot }: Session): string | undefined {
  if (uri.scheme === 'file') return uri.fsPath;
  const folder = window.folders.find(
    (one) => one.scheme === uri.scheme && one.authority === uri.authority && isBelow(uri.path, one.path),
  );
  if (folder === undefined || aliasOfFolder(folder) === null) return undefined;
  const row = window.rowOf(folder, snapshot.rows);
  if (row === undefined) return undefined;
  const root = isBelow(uri.path, row.workspacePath) ? row.workspacePath : folder.path;
  return join(row.folder, posix.relative(root, uri.path));
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
