import { createHash } from 'node:crypto';
import { contextEndpoint, tlsFolder } from './contexts';
import { pathOf, type EndpointChoice, type EndpointFacts } from './endpoint-facts';
import { usualSockets } from './sockets';
import type { EngineEndpoint, EngineWish } from './types';

const schemes = /^(unix|npipe|tcp|http|https|ssh):\/\/./;

/** DOCKER_HOST, then DOCKER_CONTEXT, then the current context of the docker CLI's config, then the usual sockets. */
export function chooseEndpoints(facts: EndpointFacts): EndpointChoice {
  const host = filled(facts.env['DOCKER_HOST']);
  if (host !== undefined) return fromHost(host, 'DOCKER_HOST', facts);

  const fromEnv = filled(facts.env['DOCKER_CONTEXT']);
  const context = fromEnv ?? currentContext(facts);
  if (context !== undefined && context !== 'default') {
    return contextEndpoint(context, fromEnv === undefined ? '' : ' (DOCKER_CONTEXT)', configFolder(facts), facts);
  }
  return { kind: 'search', endpoints: usualSockets(facts) };
}

/** What a person chose: an address, else a Docker context by its name; `default` is the usual sockets, as the docker CLI has it. */
export function chosenEndpoint({ engine, by }: EngineWish, facts: EndpointFacts): EndpointChoice {
  if (isAddress(engine)) return fromHost(engine, by, facts);
  if (engine === 'default') return { kind: 'search', endpoints: usualSockets(facts) };
  return contextEndpoint(engine, ` (${by})`, configFolder(facts), facts);
}

/** Whether a chosen engine is told by its address, rather than by a context's name. */
export const isAddress = (engine: string): boolean => /^[a-z]+:\/\//.test(engine);

/** The endpoint of a URL as DOCKER_HOST writes it; `source` tells who named it. */
export function fromHost(host: string, source: string, facts: EndpointFacts): EndpointChoice {
  const url = isAddress(host) ? host : `tcp://${host}`;
  if (!schemes.test(url)) {
    const problem = 'not an address that an engine can have (unix://, tcp://, ssh:// or npipe://)';
    return { kind: 'broken', attempt: { endpoint: { url: host, source }, problem } };
  }
  const tls = /^(tcp|https):/.test(url) ? tlsFromEnvironment(url, facts) : undefined;
  return { kind: 'named', endpoint: { url, source, ...(tls === undefined ? {} : { tls }) } };
}

function tlsFromEnvironment(url: string, facts: EndpointFacts): EngineEndpoint['tls'] {
  const verify = filled(facts.env['DOCKER_TLS_VERIFY']) !== undefined;
  const folder = filled(facts.env['DOCKER_CERT_PATH']);
  const wanted = verify || folder !== undefined || filled(facts.env['DOCKER_TLS']) !== undefined;
  if (!wanted && !url.startsWith('https:')) return undefined;
  return {
    ...tlsFolder(folder ?? configFolder(facts), facts),
    verify: verify || (!wanted && url.startsWith('https:')),
  };
}

/** The context that the docker CLI's config says is the current one. */
export function currentContext(facts: EndpointFacts): string | undefined {
  const text = facts.readText(pathOf(facts).join(configFolder(facts), 'config.json'));
  if (text === null) return undefined;
  try {
    const config: unknown = JSON.parse(text);
    const name = typeof config === 'object' && config !== null && 'currentContext' in config && config.currentContext;
    return typeof name === 'string' ? filled(name) : undefined;
  } catch {
    // The docker CLI too goes on without a config it cannot read.
    return undefined;
  }
}

/** The folder of the docker CLI's config.json and contexts. */
export function configFolder(facts: EndpointFacts): string {
  return filled(facts.env['DOCKER_CONFIG']) ?? pathOf(facts).join(facts.home, '.docker');
}

/** Short hash of the endpoint's URL: 12 hex digits. */
export function engineId(url: string): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 12);
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}
