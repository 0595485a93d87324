import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the user's Docker config says of registries and proxies; anything else in it is passed over. */
export interface DockerConfig {
  /** Where it was looked for; absolute. */
  readonly file: string;
  /** Credentials in the file itself, by registry as `docker login` wrote it. */
  readonly auths: Readonly<Record<string, AuthEntry>>;
  /** Suffix of the program `docker-credential-…`, by registry. */
  readonly credHelpers: Readonly<Record<string, string>>;
  /** The same for every other registry. */
  readonly credsStore: string | undefined;
  /** By the engine's address, and `default`. */
  readonly proxies: Readonly<Record<string, ProxyEntry>>;
  /** Why the file could not be used; undefined where it could, or is not there. */
  readonly problem: string | undefined;
}

/** One registry’s credentials as `docker login` keeps them without a helper. */
export interface AuthEntry {
  /** Base64 of `user:password`. */
  readonly auth: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly identitytoken: string | undefined;
  readonly registrytoken: string | undefined;
}

/** Proxies for one engine, as URLs; `noProxy` is a list with commas. */
export interface ProxyEntry {
  readonly httpProxy: string | undefined;
  readonly httpsProxy: string | undefined;
  readonly ftpProxy: string | undefined;
  readonly allProxy: string | undefined;
  readonly noProxy: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads `$DOCKER_CONFIG/config.json`, else the one in the home folder; anew each time, since `docker login` may have
 * written it a moment ago. One that is not there is empty; one that cannot be read is too, and says so in `problem`.
 */
export async function readDockerConfig(env: Env): Promise<DockerConfig> {
  const folder = env['DOCKER_CONFIG'];
  const file = join(folder === undefined || folder === '' ? join(homedir(), '.docker') : folder, 'config.json');
  try {
    return parseDockerConfig(await readFile(file, 'utf8'), file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const problem = code === 'ENOENT' ? undefined : `${file} cannot be read${code === undefined ? '' : ` (${code})`}`;
    return { ...parseDockerConfig('{}', file), problem };
  }
}

/** Reads the config's text. What has the wrong type counts as not said; the text itself appears in no message. Pure. */
export function parseDockerConfig(text: string, file: string): DockerConfig {
  let config: Record<string, unknown> = {};
  let problem: string | undefined;
  try {
    config = record(JSON.parse(text));
  } catch {
    // The parser's own message quotes the text, which may hold a password.
    problem = `${file} is not JSON`;
  }
  return {
    file,
    auths: mapped(config['auths'], authEntry),
    credHelpers: Object.fromEntries(
      Object.entries(record(config['credHelpers'])).flatMap(([key, value]) =>
        typeof value === 'string' ? [[key, value]] : [],
      ),
    ),
    credsStore: word(config['credsStore']),
    proxies: mapped(config['proxies'], proxyEntry),
    problem,
  };
}

function authEntry(entry: Record<string, unknown>): AuthEntry {
  return {
    auth: word(entry['auth']),
    username: word(entry['username']),
    password: word(entry['password']),
    identitytoken: word(entry['identitytoken']),
    registrytoken: word(entry['registrytoken']),
  };
}

function proxyEntry(entry: Record<string, unknown>): ProxyEntry {
  return {
    httpProxy: word(entry['httpProxy']),
    httpsProxy: word(entry['httpsProxy']),
    ftpProxy: word(entry['ftpProxy']),
    allProxy: word(entry['allProxy']),
    noProxy: word(entry['noProxy']),
  };
}

function mapped<T>(value: unknown, read: (entry: Record<string, unknown>) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record(value)).map(([key, entry]) => [key, read(record(entry))]));
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
