import type { GitAccess } from '../../core/git/types';
import type { ProjectRow } from '../../core/model';
import { printable } from './style';

/** What git in a container may use, in a few words; as `berth status` says it. */
export function gitText({ kind, granted, hosts }: GitAccess): string {
  const where = kind === 'agent' ? 'the SSH agent' : `token for ${hosts.map(printable).join(', ') || 'no server yet'}`;
  return granted ? where : `asks for ${where}; not granted`;
}

/** What `berth up` says of what its template asks for in vain. */
export function ungrantedText(row: ProjectRow, access: GitAccess): string {
  return `Git in ${printable(row.name)} ${gitText(access)}. To allow it: berth grant ${printable(row.name)}`;
}

export function grantedText(row: ProjectRow, { kind, hosts }: GitAccess): string {
  const what =
    kind === 'agent' ? 'the keys of your SSH agent' : `your credentials for ${hosts.map(printable).join(', ')}`;
  return `Git in ${printable(row.name)} may now use ${what}.`;
}

export function revokedText(row: ProjectRow, had: boolean): string {
  return had
    ? `Git in ${printable(row.name)} may no longer use your credentials.`
    : `Git in ${printable(row.name)} had been granted nothing.`;
}

/** The JSON of `git` in `berth status` and `berth grant`; a contract. */
export function gitJson({ kind, granted, hosts }: GitAccess): Readonly<Record<string, unknown>> {
  return { kind, granted, hosts };
}
