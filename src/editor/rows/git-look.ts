import type { GitAccess } from '../../core/git/types';
import type { Look } from './look';
import { escapeMarkdown } from './tooltip';

/** Pure: what a project's git may use of the user's, or asks for. */
export function gitLook(name: string, { kind, granted, hosts }: GitAccess): Look {
  const what = kind === 'agent' ? 'SSH agent' : `token for ${serversText(hosts)}`;
  const state = granted ? 'allowed' : 'not allowed';
  const tooltip = granted
    ? `Git in ${name} may use your ${kind === 'agent' ? 'SSH agent' : `credentials for ${serversText(hosts)}`}. Nothing of it is stored in the container.`
    : `The template of ${name} asks for this. Git in the container is refused until you allow it.`;
  return {
    label: 'Git',
    description: granted ? what : `not allowed · ${what}`,
    icon: granted ? 'key' : 'lock',
    ...(granted ? {} : { color: 'disabledForeground' }),
    context: `git ${granted ? 'granted' : 'asking'}`,
    tooltip: escapeMarkdown(tooltip),
    spoken: `Git, ${what}, ${state}`,
  };
}

/** Servers as a person names them: without the protocol that goes without saying. Pure. */
export function serversText(hosts: readonly string[]): string {
  return hosts.length === 0 ? 'no server yet' : hosts.map((host) => host.replace(/^https:\/\//, '')).join(', ');
}
