import { existsSync, readdirSync } from 'node:fs';
import { contextEndpoint } from './contexts';
import { pathOf, type EndpointFacts } from './endpoint-facts';
import { chooseEndpoints, configFolder, currentContext, fromHost } from './endpoints';
import { machineFacts } from './machine-facts';
import { usualSockets } from './sockets';
import type { EngineEndpoint } from './types';

/** An engine of this machine that a person may choose. Whether it answers is not known. */
export interface EngineOffer {
  /** What names it: a Docker context's name, else its address. */
  readonly engine: string;
  readonly endpoint: EngineEndpoint;
}

/** What is found, and what is used where nothing is chosen: `null` stands for the first of the usual sockets that answers. */
export interface EngineOffers {
  readonly offers: readonly EngineOffer[];
  readonly automatic: EngineEndpoint | null;
}

/** What the offers depend on, beside the choice by itself: the names in a folder (none where it is not there), and which paths are there. */
export interface OfferFacts extends EndpointFacts {
  readonly names: (folder: string) => readonly string[];
  readonly exists: (path: string) => boolean;
}

/** The engines that this machine knows, in the order in which one of them is taken: DOCKER_HOST, contexts, sockets. Pure. */
export function offersOf(facts: OfferFacts): EngineOffers {
  const choice = chooseEndpoints(facts);
  const automatic =
    choice.kind === 'named' ? choice.endpoint : choice.kind === 'broken' ? choice.attempt.endpoint : null;
  const host = facts.env['DOCKER_HOST'] ?? '';
  const given = host === '' ? null : fromHost(host, 'DOCKER_HOST', facts);
  const sockets = usualSockets(facts).filter(({ url }) => facts.exists(url.slice(url.indexOf('://') + 3)));
  const all = [
    ...(given?.kind === 'named' ? [{ engine: given.endpoint.url, endpoint: given.endpoint }] : []),
    ...contexts(facts),
    ...sockets.map((endpoint) => ({ engine: endpoint.url, endpoint })),
  ];
  const first = new Map(all.map(({ endpoint }) => [endpoint.url, endpoint] as const).reverse());
  return { offers: all.filter(({ endpoint }) => first.get(endpoint.url) === endpoint), automatic };
}

/** The same for this machine. */
export function offersHere(env: EndpointFacts['env']): EngineOffers {
  return offersOf({ ...machineFacts(env), names: namesIn, exists: existsSync });
}

/** Every context of the docker CLI that names an engine, the current one first. */
function contexts(facts: OfferFacts): EngineOffer[] {
  const path = pathOf(facts);
  const folder = configFolder(facts);
  const meta = path.join(folder, 'contexts', 'meta');
  const current = currentContext(facts);
  const names = facts
    .names(meta)
    .flatMap((key) => nameIn(facts.readText(path.join(meta, key, 'meta.json'))) ?? [])
    .sort((a, b) => Number(b === current) - Number(a === current) || a.localeCompare(b));
  return names.flatMap((engine) => {
    const choice = contextEndpoint(engine, engine === current ? ', the current one' : '', folder, facts);
    return choice.kind === 'named' ? [{ engine, endpoint: choice.endpoint }] : [];
  });
}

function nameIn(text: string | null): string | undefined {
  try {
    const meta: unknown = JSON.parse(text ?? '');
    const name = typeof meta === 'object' && meta !== null && 'Name' in meta ? meta.Name : undefined;
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined; // The docker CLI too passes over what it cannot read.
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
