import type Docker from 'dockerode';
import { dialMount } from './dial-mount';
import type { ContainerDetail, ContainerSummary, EngineContainerState, EngineMount } from './types';

type Listed = Docker.ContainerInfo;
type Inspected = Docker.ContainerInspectInfo;

/** One row of the engine's list in our words. */
export function containerSummary(raw: Listed): ContainerSummary {
  return {
    id: raw.Id,
    name: bareName(raw.Names[0] ?? ''),
    image: raw.Image,
    imageId: raw.ImageID,
    labels: labelsOf(raw.Labels),
    state: stateOf(raw.State),
    health: healthInStatus(raw.Status),
    created: new Date(raw.Created * 1000).toISOString(),
    status: raw.Status,
  };
}

/** An inspected container in our words. */
export function containerDetail(raw: Inspected): ContainerDetail {
  const { State: state, HostConfig: host } = raw;
  const running = state.Running || state.Paused || state.Restarting;
  return {
    id: raw.Id,
    name: bareName(raw.Name),
    image: raw.Config.Image,
    labels: labelsOf(raw.Config.Labels),
    state: stateOf(state.Status),
    health: healthOf(state.Health?.Status),
    created: new Date(raw.Created).toISOString(),
    status: statusText(state),
    pid: positive(state.Pid),
    startedAt: instant(state.StartedAt),
    finishedAt: instant(state.FinishedAt),
    exitCode: running || instant(state.FinishedAt) === null ? null : state.ExitCode,
    oomKilled: state.OOMKilled,
    restartCount: raw.RestartCount,
    healthCheck: healthCheckOf(state.Health),
    execs: (raw.ExecIDs ?? []).length,
    imageId: raw.Image,
    environment: environmentOf(raw.Config.Env),
    mounts: [...raw.Mounts.filter((one) => !isDial(one)).flatMap(mountOf), ...tmpfsOf(host)],
    ...raw.Mounts.filter(isDial).map(({ Source }) => ({ dialFolder: Source }))[0],
    limits: {
      cpus: positive(host.NanoCpus, 1e9),
      memoryBytes: positive(host.Memory),
      pids: positive(host.PidsLimit),
    },
  };
}

/** A list of `KEY=value` as a record; the engine says null for an empty one. */
export function environmentOf(list: readonly string[] | null | undefined): Record<string, string> {
  return Object.fromEntries(
    (list ?? []).map((entry) => {
      const at = entry.indexOf('=');
      return at === -1 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

/** Labels as the engine gives them, null where there are none. */
export function labelsOf(raw: Readonly<Record<string, string>> | null | undefined): Record<string, string> {
  return { ...raw };
}

function bareName(name: string): string {
  return name.replace(/^\//, '');
}

/** Podman has words of its own for some states. */
function stateOf(word: string): EngineContainerState {
  switch (word) {
    case 'created':
    case 'running':
    case 'paused':
    case 'restarting':
    case 'removing':
    case 'exited':
      return word;
    case 'configured':
    case 'initialized':
      return 'created';
    case 'stopping':
      return 'running';
    case 'stopped':
      return 'exited';
    default:
      return 'dead';
  }
}

function healthInStatus(status: string): ContainerSummary['health'] {
  if (status.includes('(healthy)')) return 'healthy';
  if (status.includes('(unhealthy)')) return 'unhealthy';
  return /\((health: )?starting\)/.test(status) ? 'starting' : null;
}

function healthOf(word: string | undefined): ContainerSummary['health'] {
  return word === 'starting' || word === 'healthy' || word === 'unhealthy' ? word : null;
}

function healthCheckOf(health: Inspected['State']['Health']): ContainerDetail['healthCheck'] {
  if (health === undefined || healthOf(health.Status) === null) return null;
  return { failures: health.FailingStreak, exitCode: health.Log.at(-1)?.ExitCode ?? null };
}

function statusText(state: Inspected['State']): string {
  if (state.Status !== 'exited') return state.Status;
  return `Exited (${state.ExitCode})${state.Error === '' ? '' : `: ${state.Error}`}`;
}

/** The engine writes year 1 for what has not happened. */
function instant(text: string): string | null {
  const date = new Date(text);
  return text === '' || Number.isNaN(date.valueOf()) || date.getUTCFullYear() <= 1 ? null : date.toISOString();
}

function positive(value: number | null | undefined, unit = 1): number | null {
  return value === undefined || value === null || value <= 0 ? null : value / unit;
}

function isDial({ Destination }: Inspected['Mounts'][number]): boolean {
  return Destination === dialMount;
}

function mountOf(raw: Inspected['Mounts'][number]): EngineMount[] {
  const where = { target: raw.Destination, readOnly: !raw.RW };
  if (raw.Type === 'bind') return [{ kind: 'bind', source: raw.Source, ...where }];
  return raw.Type === 'volume' ? [{ kind: 'volume', volume: raw.Name ?? '', ...where }] : [];
}

/** The list of mounts tells nothing of a tmpfs but its target; what it was made with does. */
function tmpfsOf(host: Docker.HostConfig): EngineMount[] {
  return (host.Mounts ?? [])
    .filter((mount) => mount.Type === 'tmpfs')
    .map(({ Target: target, TmpfsOptions: options }) => ({
      kind: 'tmpfs',
      target,
      mode: options?.Mode ?? 0o1777,
      ...(options === undefined || options.SizeBytes === 0 ? {} : { sizeBytes: options.SizeBytes }),
    }));
}
