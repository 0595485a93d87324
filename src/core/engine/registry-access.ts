import { inspect } from 'node:util';
import { findCredentials, type Credentials, type RegistryAuth } from './credentials';
import { readDockerConfig } from './docker-config';
import { parseReference } from './image-reference';

/** The headers by which the engine is handed credentials. */
export type SecretHeaders = Readonly<Record<string, SecretHeader>>;

/** What a request to a registry goes out with, and why its credentials may be missing. */
export interface RegistryPass {
  readonly registry: string;
  readonly headers: SecretHeaders;
  /** Whether there are credentials in it. */
  readonly known: boolean;
  readonly problem: string | null;
}

/** A header's value that shows itself to the socket alone: an HTTP library's own debug log prints what it sends. */
export class SecretHeader {
  readonly #value: string;

  constructor(content: object) {
    // The engine decodes the URL's alphabet, with padding.
    this.#value = Buffer.from(JSON.stringify(content)).toString('base64').replace(/\+/g, '-').replace(/\//g, '_');
  }

  toString(): string {
    return this.#value;
  }

  toJSON(): string {
    return '[hidden]';
  }

  [inspect.custom](): string {
    return '[hidden]';
  }
}

type Env = Readonly<Record<string, string | undefined>>;

/** Credentials for one pull or push of a reference, from the user's Docker config as it is now. */
export async function passFor(env: Env, reference: string, signal?: AbortSignal): Promise<RegistryPass> {
  const { registry } = parseReference(reference);
  const { auth, problem } = await findCredentials(await readDockerConfig(env), registry, env, signal);
  return { registry, headers: { 'X-Registry-Auth': new SecretHeader(auth ?? {}) }, known: auth !== null, problem };
}

/** Credentials for all the registries that a build may fetch from. */
export async function passForBuild(
  env: Env,
  references: readonly string[],
  signal?: AbortSignal,
): Promise<SecretHeaders> {
  const config = await readDockerConfig(env);
  const registries = [...new Set(references.map((reference) => parseReference(reference).registry))];
  const found = await Promise.all(registries.map((registry) => findCredentials(config, registry, env, signal)));
  const auths = found.flatMap(({ auth }: Credentials): [string, RegistryAuth][] =>
    auth === null ? [] : [[auth.serveraddress, auth]],
  );
  return auths.length === 0 ? {} : { 'X-Registry-Config': new SecretHeader(Object.fromEntries(auths)) };
}
