import type { DockerConfig, ProxyEntry } from './docker-config';

const names: readonly (readonly [keyof ProxyEntry, string])[] = [
  ['httpProxy', 'HTTP_PROXY'],
  ['httpsProxy', 'HTTPS_PROXY'],
  ['ftpProxy', 'FTP_PROXY'],
  ['allProxy', 'ALL_PROXY'],
  ['noProxy', 'NO_PROXY'],
];

/**
 * The proxies that the user's Docker config sets for an engine, as variables in both cases: programs disagree on which
 * they read. An entry for the engine's own address stands in place of `default`, as with the docker CLI. Pure.
 * @param url the engine's address, as DOCKER_HOST writes it
 */
export function proxyVariables(config: DockerConfig, url: string): Record<string, string> {
  const entry = config.proxies[url] ?? config.proxies['default'];
  const pairs = names.flatMap(([key, name]): [string, string][] => {
    const value = entry?.[key];
    return value === undefined
      ? []
      : [
          [name, value],
          [name.toLowerCase(), value],
        ];
  });
  return Object.fromEntries(pairs);
}
