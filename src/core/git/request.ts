import { originOf, type Origin } from './origins';

/** What git in a container asks for. */
export interface CredentialRequest {
  readonly origin: Origin;
  readonly protocol: string;
  readonly host: string;
  readonly username?: string;
  /** Only where git in the container is set to tell paths apart (`credential.useHttpPath`). */
  readonly path?: string;
}

/** Git's own limit for one line of its credential protocol is far below. */
export const longestRequest = 16 * 1024;

/**
 * Reads what `git credential-cache get` sends: lines of `key=value`, the first of which say what is to be done. Pure.
 * @returns null for whatever is no question for a web server's credentials
 */
export function parseRequest(text: string): CredentialRequest | null {
  if (text.length > longestRequest || text.includes('\0') || text.includes('\r')) return null;
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1));
  }
  const [protocol = '', host = ''] = [fields.get('protocol'), fields.get('host')];
  // Nothing may hide in either: together they have to be one address's beginning, or another server's credentials would be
  // found than those that were granted.
  if (fields.get('action') !== 'get' || !/^https?$/.test(protocol) || !/^[A-Za-z0-9.:[\]-]+$/.test(host)) return null;
  const origin = originOf(`${protocol}://${host}`);
  if (origin === null) return null;
  const [username, path] = [fields.get('username'), fields.get('path')];
  return {
    origin,
    protocol,
    host,
    ...(username === undefined ? {} : { username }),
    ...(path === undefined ? {} : { path }),
  };
}

/** The same as `git credential fill` reads it. Pure. */
export function fillText({ protocol, host, username, path }: CredentialRequest): string {
  const fields = { protocol, host, username, path };
  const lines = Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
  return `${lines.join('\n')}\n\n`;
}

/** What `git credential fill` found, as the asking git reads it; null where it is no whole credential. Pure. */
export function foundText(filled: string): string | null {
  const value = (key: string): string | undefined => new RegExp(`^${key}=(.*)$`, 'm').exec(filled)?.[1];
  const [username, password] = [value('username'), value('password')];
  if (username === undefined || password === undefined || password === '') return null;
  return `username=${username}\npassword=${password}\n`;
}
