import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import type { EndpointFacts } from './endpoint-facts';
import { chooseEndpoints } from './endpoints';

/** What this machine says that the choice of an engine depends on. */
export function machineFacts(env: EndpointFacts['env']): EndpointFacts {
  return {
    env,
    platform: process.platform,
    home: homedir(),
    uid: process.getuid?.() ?? 0,
    readText: (path) => {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return null;
      }
    },
  };
}

/**
 * The URL of the engine that the environment comes to, where that is a local socket which can be told without asking
 * anybody; null for every other one. Of the usual sockets, the first that is there.
 */
export function localSocket(env: EndpointFacts['env']): string | null {
  const choice = chooseEndpoints(machineFacts(env));
  if (choice.kind === 'broken') return null;
  const found =
    choice.kind === 'named'
      ? choice.endpoint
      : choice.endpoints.find(({ url }) => existsSync(url.slice('unix://'.length)));
  return found?.url.startsWith('unix://') === true ? found.url : null;
}
