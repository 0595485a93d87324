import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';

/**
 * PEM files of CA certificates that images are to trust. A setting of the machine: a folder that comes from elsewhere can
 * not have its containers trust somebody.
 */
export function extraCaCertificates(): readonly string[] {
  const paths = vscode.workspace.getConfiguration('berth').get<unknown>('extraCaCertificates');
  if (!Array.isArray(paths)) return [];
  return paths.flatMap((path) =>
    typeof path !== 'string' || path === '' ? [] : [path.startsWith('~/') ? join(homedir(), path.slice(2)) : path],
  );
}
