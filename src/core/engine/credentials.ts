import { askHelper } from './credential-helper';
import type { AuthEntry, DockerConfig } from './docker-config';
import { defaultRegistry } from './image-reference';

/** What the engine shows a registry, in the API's own words. Only ever sent as a header. */
export interface RegistryAuth {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
  readonly serveraddress: string;
}

/** Credentials for one registry, or none, and why none could be had where a helper should have given them. */
export interface Credentials {
  readonly auth: RegistryAuth | null;
  readonly problem: string | null;
}

/** The address by which `docker login` has always kept what is Docker Hub's. */
const hubAddress = 'https://index.docker.io/v1/';

/**
 * Credentials for a registry as the docker CLI finds them: its own helper, else the store for all, else the file. A
 * helper that fails is no reason to fail: most images are public, so the problem is told only where it matters.
 */
export async function findCredentials(
  config: DockerConfig,
  registry: string,
  env: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
  timeout?: number,
): Promise<Credentials> {
  const server = registry === defaultRegistry ? hubAddress : registry;
  const helper = config.credHelpers[server] ?? config.credHelpers[registry] ?? config.credsStore;
  const inFile = fileCredentials(config, registry);
  if (helper === undefined) return { auth: inFile, problem: config.problem ?? null };
  const answer = await askHelper(helper, server, env, signal, timeout);
  if (answer.kind === 'failed') return { auth: inFile, problem: answer.problem };
  if (answer.kind === 'none') return { auth: inFile, problem: null };
  // By this user name a helper says that its secret is a token to be changed for another.
  const auth =
    answer.username === '<token>'
      ? { identitytoken: answer.secret, serveraddress: server }
      : { username: answer.username, password: answer.secret, serveraddress: server };
  return { auth, problem: null };
}

/** What lies in the file for a registry, under whichever spelling of its address. Pure. */
export function fileCredentials(config: DockerConfig, registry: string): RegistryAuth | null {
  const server = registry === defaultRegistry ? hubAddress : registry;
  const key =
    config.auths[server] === undefined
      ? Object.keys(config.auths).find((address) => hostOf(address) === registry)
      : server;
  const entry = key === undefined ? undefined : config.auths[key];
  return entry === undefined ? null : readEntry(entry, server);
}

function readEntry(entry: AuthEntry, serveraddress: string): RegistryAuth | null {
  const [username, password] = userAndPassword(entry);
  const auth = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(entry.identitytoken === undefined ? {} : { identitytoken: entry.identitytoken }),
    ...(entry.registrytoken === undefined ? {} : { registrytoken: entry.registrytoken }),
  };
  // `docker login` with a helper leaves an empty entry behind.
  return Object.keys(auth).length === 0 ? null : { ...auth, serveraddress };
}

function userAndPassword({ auth, username, password }: AuthEntry): readonly [string | undefined, string | undefined] {
  if (auth === undefined) return [username, password];
  const text = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = text.indexOf(':');
  return colon === -1 ? [undefined, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
}

/** `https://host:5000/v1/` as `host:5000`; Docker Hub by the name that references use. */
function hostOf(address: string): string {
  const host = address.replace(/^https?:\/\//, '').replace(/\/.*$/s, '');
  return host === 'index.docker.io' ? defaultRegistry : host;
}
