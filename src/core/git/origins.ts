import { readSettings } from './host-git';

/** A server as credentials know it: `https://github.com` or `https://git.example.org:8443`, in lower case. */
export type Origin = string;

const originForm =
  /^(https?):\/\/(?:[^/@\s]*@)?((?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?)(?:[/?#]|$)/;
const usualPort: Readonly<Record<string, string>> = { http: ':80', https: ':443' };

/** Pure: the server that a web address names; null for anything else, such as an SSH address. */
export function originOf(url: string): Origin | null {
  const [, protocol = '', host = ''] = originForm.exec(url.trim().toLowerCase()) ?? [];
  if (protocol === '') return null;
  const usual = usualPort[protocol] ?? '';
  return `${protocol}://${host.endsWith(usual) ? host.slice(0, -usual.length) : host}`;
}

/** Pure: the servers over HTTPS that a list of a repository's remotes names, each once. Plain HTTP would show the password to the network. */
export function originsIn(listed: string): Origin[] {
  const urls = listed.split('\0').map((entry) => entry.slice(entry.indexOf('\n') + 1));
  const origins = urls.flatMap((url) => originOf(url) ?? []).filter((origin) => origin.startsWith('https:'));
  return [...new Set(origins)].sort();
}

/** The servers over HTTPS that the remotes of a folder's repository name; none where it is no repository. */
export async function workspaceOrigins(
  folder: string,
  env: NodeJS.ProcessEnv = process.env,
  signal?: AbortSignal,
): Promise<Origin[]> {
  const found = await readSettings('^remote\\..*\\.(url|pushurl)$', { cwd: folder, env, signal });
  return found === null ? [] : originsIn(found);
}
