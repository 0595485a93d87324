import { createHash } from 'node:crypto';
import { basename } from 'node:path';

/** What a project's name may look like; also a DNS label's grammar (RFC 1123), so that it can be a host name. */
const namePattern = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

export function isProjectName(text: string): boolean {
  return namePattern.test(text);
}

/** Any text as a project's name: lower case, letters without their accents, dashes for the rest, at most 40 characters. */
export function safeName(text: string): string {
  const safe = text
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return safe === '' ? 'project' : safe;
}

/** A folder's name as a project's. */
export function nameOfFolder(folder: string): string {
  return safeName(basename(folder));
}

/**
 * A project's id: 12 hex digits of SHA-256 over the owner's id and the folder's real path. The owner is in it so that
 * two laptops on one engine never meet; 48 bits keep 10,000 projects apart with a chance of a clash below 1 in 5 million.
 */
export function projectId(owner: string, realFolder: string): string {
  return createHash('sha256').update(`${owner}\0${realFolder}`).digest('hex').slice(0, 12);
}

/** The part a container plays for its project, said by its name since the engine can rename but not relabel. */
export type ContainerRole = 'current' | 'next' | 'prev' | 'undo';

/** `berth-<name>-<id6>`, with the role behind it unless it is the current one. Also the SSH alias. */
export function containerName(name: string, id: string, role: ContainerRole = 'current'): string {
  const base = `berth-${name}-${id.slice(0, 6)}`;
  return role === 'current' ? base : `${base}-${role}`;
}

/** The role that a container's name tells, or null for a name that is not one of this project's. */
export function roleOfName(containersName: string, name: string, id: string): ContainerRole | null {
  const roles: readonly ContainerRole[] = ['current', 'next', 'prev', 'undo'];
  return roles.find((role) => containerName(name, id, role) === containersName) ?? null;
}
