import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type Modem from 'docker-modem';
import { BerthError } from '../errors';
import type { EngineEndpoint } from './types';

/** dockerode's transport, and how to let its sockets go. What dockerode lays over it is not used, and so not loaded. */
export interface Client {
  readonly modem: Modem;
  dispose(): void;
}

/**
 * A client for exactly this endpoint.
 * @param version the API version to pin, such as `1.41`; null talks to the engine without one
 */
export async function createClient(endpoint: EngineEndpoint, version: string | null): Promise<Client> {
  const { default: Constructor } = await import('docker-modem');
  const { agent, ...where } = await target(endpoint);
  // Every field is said, as undefined where it has none: docker-modem fills what is not said from DOCKER_HOST.
  const options = {
    socketPath: undefined,
    host: undefined,
    port: undefined,
    protocol: 'http' as const,
    ...where,
    ca: endpoint.tls?.ca,
    cert: endpoint.tls?.cert,
    key: endpoint.tls?.key,
    version: version === null ? undefined : `v${version}`,
    agent,
  };
  const modem = withoutDockerHost(() => new Constructor(options));
  return { modem, dispose: () => agent.destroy() };
}

/** docker-modem's constructor reads DOCKER_HOST whatever it is given, and throws where it does not like it. */
function withoutDockerHost<T>(work: () => T): T {
  const saved = process.env['DOCKER_HOST'];
  delete process.env['DOCKER_HOST'];
  try {
    return work();
  } finally {
    if (saved !== undefined) process.env['DOCKER_HOST'] = saved;
  }
}

interface Target {
  readonly agent: HttpAgent;
  readonly socketPath?: string;
  readonly host?: string;
  readonly port?: string;
  readonly protocol?: 'http' | 'https';
}

async function target(endpoint: EngineEndpoint): Promise<Target> {
  const { url, tls } = endpoint;
  const local = /^(?:unix|npipe):\/\/(.+)$/.exec(url)?.[1];
  // A local socket is opened in microseconds; one kept for later may have died with its engine.
  if (local !== undefined) return { socketPath: local, agent: new HttpAgent({ keepAlive: false }) };

  const { protocol, hostname, port } = new URL(url);
  if (protocol === 'ssh:') {
    const { createDialStdioAgent } = await import('./dial-stdio');
    return { host: 'localhost', agent: createDialStdioAgent(url) };
  }
  if (tls === undefined && protocol !== 'https:') {
    return { host: hostname, port: port === '' ? '2375' : port, agent: new HttpAgent({ keepAlive: true }) };
  }
  const agent = new HttpsAgent({ keepAlive: true, rejectUnauthorized: tls?.verify ?? true });
  return { host: hostname, port: port === '' ? '2376' : port, protocol: 'https', agent };
}

/** Said where an endpoint is understood but Berth cannot go there. */
export function unsupported(message: string, hint: string): BerthError {
  return new BerthError('engine_unsupported', message, { hint });
}
