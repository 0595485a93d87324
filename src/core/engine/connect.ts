import type Docker from 'dockerode';
import { hostname, release } from 'node:os';
import { timeLimit } from '../abort';
import { Api } from './api';
import { createClient, unsupported } from './client';
import { createEngine } from './engine';
import { EngineAnswer } from './failures';
import { engineId } from './endpoints';
import { markOf, type KnownEngine, type KnownEngines } from './known';
import type { Engine, EngineEndpoint, EngineInfo } from './types';

/** The newest API that Berth was tried with. */
const newest = '1.51';
/** The oldest API that has all that Berth calls. */
export const oldestApi = '1.40';

/** Milliseconds an engine has to answer; one over SSH has to log in first. */
const patience = { local: 10_000, ssh: 30_000 };

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Connects to one endpoint: the version is negotiated and pinned. Throws the raw cause, for the list of attempts.
 * @param known saves asking for what is known already; without it the engine is asked
 */
export async function connectEndpoint(
  endpoint: EngineEndpoint,
  env: Env,
  signal?: AbortSignal,
  known?: Partial<KnownEngines>,
): Promise<Engine> {
  const limit = timeLimit(endpoint.url.startsWith('ssh:') ? patience.ssh : patience.local);
  const either = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  try {
    const kept = (await known?.recall?.(endpoint.url)) ?? null;
    const recalled = kept === null ? null : await recall(endpoint, env, kept, either);
    return recalled ?? (await negotiate(endpoint, env, either, known));
  } catch (error) {
    if (limit.aborted && signal?.aborted !== true) throw new Error('it does not answer in time', { cause: error });
    throw error;
  }
}

/** One small round trip where the engine is the one that is known; null where it is another. */
async function recall(
  endpoint: EngineEndpoint,
  env: Env,
  { info, mark }: KnownEngine,
  signal: AbortSignal,
): Promise<Engine | null> {
  const client = await createClient(endpoint, info.apiVersion);
  try {
    const asking = new Api(client, endpoint, { raw: true });
    const answer = await asking.stream('GET', '/_ping', { doing: 'answer', signal });
    answer.resume();
    if (markOf(answer) === mark) {
      const recalled = { ...info, id: engineId(endpoint.url), endpoint, recalled: true } as const;
      return createEngine(new Api(client, endpoint), recalled, env);
    }
  } catch (error) {
    // It may speak this version no longer.
    if (!(error instanceof EngineAnswer)) {
      client.dispose();
      throw error;
    }
  }
  client.dispose();
  return null;
}

async function negotiate(
  endpoint: EngineEndpoint,
  env: Env,
  signal: AbortSignal,
  known?: Partial<KnownEngines>,
): Promise<Engine> {
  const asking = new Api(await createClient(endpoint, null), endpoint, { raw: true });
  let version: Docker.DockerVersion;
  try {
    version = (await asking.json('GET', '/version', { doing: 'tell its version', signal })) as Docker.DockerVersion;
  } finally {
    asking.dispose();
  }
  const apiVersion = pinnedVersion(version);
  const client = await createClient(endpoint, apiVersion);
  const probing = new Api(client, endpoint, { raw: true });
  try {
    const [raw, ping] = await Promise.all([
      probing.json('GET', '/info', { doing: 'describe itself', signal }),
      known === undefined ? null : probing.stream('GET', '/_ping', { doing: 'answer', signal }),
    ]);
    const info = engineInfo(endpoint, version, apiVersion, raw as RawInfo);
    const mark = ping === null ? null : markOf(ping.resume());
    if (mark !== null) await known?.remember?.(endpoint.url, { info: withoutPlace(info), mark });
    return createEngine(new Api(client, endpoint), info, env);
  } catch (error) {
    client.dispose();
    throw error;
  }
}

/** What may be kept: how the engine is reached may hold a key. */
function withoutPlace(info: EngineInfo): KnownEngine['info'] {
  const kept = Object.entries(info).filter(([key]) => key !== 'id' && key !== 'endpoint');
  return Object.fromEntries(kept) as unknown as KnownEngine['info'];
}

/** The part of the engine's description of itself that is used here. */
export interface RawInfo {
  readonly OSType?: string;
  readonly OperatingSystem?: string;
  readonly Architecture?: string;
  readonly KernelVersion?: string;
  readonly Name?: string;
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly SecurityOptions?: readonly string[] | null;
  readonly DockerRootDir?: string;
  /** Podman's own word for it; its security options do not say. */
  readonly Rootless?: boolean;
}

/** The lower of what both speak. @throws BerthError `engine_unsupported` where they share none */
export function pinnedVersion(version: Pick<Docker.DockerVersion, 'ApiVersion' | 'MinAPIVersion' | 'Version'>): string {
  const { ApiVersion: theirs, MinAPIVersion: least } = version;
  if (compare(theirs, oldestApi) < 0 || compare(least || oldestApi, newest) > 0) {
    const message = `The engine's version ${version.Version} (API ${least} to ${theirs}) is not one that Berth can talk to (API ${oldestApi} to ${newest}).`;
    throw unsupported(message, 'Update the engine, or Berth.');
  }
  return compare(theirs, newest) < 0 ? theirs : newest;
}

function compare(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}

/** What the engine says of itself, in our words. */
export function engineInfo(
  endpoint: EngineEndpoint,
  version: Docker.DockerVersion,
  apiVersion: string,
  raw: RawInfo,
  machine: Machine = thisMachine(),
): EngineInfo {
  const podman = (version.Components as Docker.DockerVersion['Components'] | undefined)?.some((part) =>
    part.Name.includes('Podman'),
  );
  const flavour = podman === true ? 'podman' : 'docker';
  const os = raw.OSType ?? version.Os;
  return {
    id: engineId(endpoint.url),
    endpoint,
    version: version.Version,
    apiVersion,
    os,
    arch: version.Arch,
    cpus: raw.NCPU ?? 1,
    memoryBytes: raw.MemTotal ?? 0,
    rootless: raw.Rootless === true || (raw.SecurityOptions ?? []).some((option) => /\brootless\b/.test(option)),
    flavour,
    // Every Docker Engine on Linux since API 1.39 has it inside; Podman's builder is another.
    buildkit: flavour === 'docker' && os === 'linux',
    local: isLocal(endpoint, raw, machine),
    dataRoot: raw.DockerRootDir ?? '',
    ...(raw.SecurityOptions?.some((option) => /\bname=userns\b/.test(option)) === true ? { remapped: true } : {}),
  };
}

/** What this machine says of itself, to be compared with what the engine says of its own. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly kernel: string;
  readonly name: string;
}

function thisMachine(): Machine {
  return { platform: process.platform, kernel: release(), name: hostname() };
}

/** A virtual machine behind a local socket has a kernel of its own; Docker Desktop in WSL shares it but says its name. */
function isLocal(endpoint: EngineEndpoint, raw: RawInfo, machine: Machine): boolean {
  if (machine.platform !== 'linux' || raw.KernelVersion !== machine.kernel) return false;
  if (raw.OperatingSystem?.includes('Docker Desktop') === true) return false;
  if (endpoint.url.startsWith('unix://')) return true;
  return /^tcp:\/\/(localhost|127\.|\[::1\])/.test(endpoint.url) && raw.Name === machine.name;
}
