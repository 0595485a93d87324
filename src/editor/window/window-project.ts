import type { ProjectRow } from '../../core/model';

/** A folder of this window, as far as mapping it to a project goes; `path` is the file system's on the machine it lies on. */
export interface WindowFolder {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly name: string;
}

const aliasPattern = /^berth-[a-z0-9](?:[a-z0-9-]*[a-z0-9])?-[0-9a-f]{6}$/;
const remoteSsh = 'ssh-remote+';

/**
 * The SSH alias that a folder lies behind, or null. Remote-SSH writes a host either as it is or, where it holds what an
 * authority cannot, as the hex of a JSON object with `hostName`.
 */
export function aliasOfFolder(folder: WindowFolder): string | null {
  if (folder.scheme !== 'vscode-remote' || !folder.authority.startsWith(remoteSsh)) return null;
  const host = hostOf(folder.authority.slice(remoteSsh.length)).toLowerCase();
  return aliasPattern.test(host) ? host : null;
}

function hostOf(authority: string): string {
  if (!/^(?:7b|7B)(?:[0-9a-fA-F]{2})+$/.test(authority)) return authority;
  try {
    const parsed = JSON.parse(Buffer.from(authority, 'hex').toString('utf8')) as { hostName?: unknown };
    return typeof parsed.hostName === 'string' ? parsed.hostName : authority;
  } catch {
    return authority;
  }
}

/** True for a folder on this machine: one that a container can be built around. */
export function isLocalFolder(folder: WindowFolder): boolean {
  return folder.scheme === 'file';
}

/** The row a window's folder belongs to: by alias in a remote window, else by the folder's project id. */
export function rowOfFolder(
  folder: WindowFolder,
  projectId: string | null,
  rows: readonly ProjectRow[],
): ProjectRow | undefined {
  const alias = aliasOfFolder(folder);
  if (alias !== null) return rows.find((row) => row.alias === alias);
  return projectId === null ? undefined : rows.find((row) => row.id === projectId);
}
