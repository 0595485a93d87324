import { agentEnvironment } from '../agents/state';
import type { ContainerSpec, EngineInfo, EngineMount } from '../engine/types';
import { idleWatcher } from '../idle/service';
import { lifespanWatcher } from '../lifespan/watcher';
import { besideDialer } from '../line/dialer';
import type { ProjectIdentity } from '../model';
import { containerCommand, isSupervised } from '../services/program';
import { supervisedIn } from '../services/supervised';
import type { InternalService } from '../services/types';
import type { TemplateSpec } from '../templates/schema';
import type { Desired } from './desired';
import { canBeSwapped } from './host-mounts';
import { containerName } from './identity';
import type { ContainerRole } from './identity';
import { clampedInWords } from './plan-limits';
import { restartAttempts } from './restarts';

/** Where keys and process groups are kept: in memory only, gone with a stop. */
export const runtimeFolder = '/run/berth';
/** So that what fills it by mistake does not take the container's memory; many times what secrets and keys come to. */
const runtimeBytes = 64 * 2 ** 20;

/** Programs of Berth's own: each says what it wants of a container, or null. */
const internal: readonly ((spec: TemplateSpec, expires: string | null) => InternalService | null)[] = [
  idleWatcher,
  (_spec, expires) => (expires === null ? null : lifespanWatcher(expires)),
];

export interface ContainerParts {
  readonly identity: ProjectIdentity;
  readonly desired: Desired;
  readonly role: ContainerRole;
  /** The project's folder, or the volume that stands for it. */
  readonly workspace: EngineMount;
  readonly homeVolume: string | null;
  /** Who the container's user is to the engine, where that has to be told. */
  readonly userns?: 'keep-id';
  /** What the template's `volumes` and `persist` come to. */
  readonly mounts: readonly EngineMount[];
  /** Whether the project's folder lies in another's, whose container could put a link in its place. */
  readonly isNested?: boolean;
  /** `default`, `unconfined` or a profile's text. */
  readonly seccomp: string;
  /** Variables of the proxies that the user's Docker config sets; the template's own go before them. */
  readonly proxies: Readonly<Record<string, string>>;
  readonly engine: Pick<EngineInfo, 'cpus'>;
  readonly labels: Readonly<Record<string, string>>;
  /** How it can be called without the engine; null where it cannot. */
  readonly dial?: NonNullable<ContainerSpec['dial']> | null;
  /** ISO 8601 instant at which the container ends itself; null where it does not. */
  readonly expires?: string | null;
}

/** All that the engine is told about a project's container, and what a person should be told about it. Pure. */
export function containerSpec(parts: ContainerParts): {
  readonly spec: ContainerSpec;
  readonly notices: readonly string[];
} {
  const { identity, desired } = parts;
  const { spec } = desired.resolved;
  const notices: string[] = [];
  // The engine refuses to make a container with more than it has.
  const cpus = Math.min(spec.resources.cpus, parts.engine.cpus);
  if (cpus < spec.resources.cpus && desired.resolved.written.has('spec.resources.cpus')) {
    notices.push(clampedInWords(spec.resources.cpus, parts.engine.cpus));
  }
  const supervised = supervisedIn(
    spec,
    desired.image,
    internal.flatMap((wants) => wants(spec, parts.expires ?? null) ?? []),
  );
  const mounts: EngineMount[] = [
    parts.workspace,
    // The supervisor's scripts are run from it.
    {
      kind: 'tmpfs',
      target: runtimeFolder,
      mode: 0o755,
      sizeBytes: runtimeBytes,
      ...(isSupervised(supervised) ? { exec: true } : {}),
    },
    ...(spec.security.read_only_root ? writablePlaces : []),
    ...homeMount(parts),
    ...parts.mounts,
  ];
  const { health, security, resources } = spec;
  const command = containerCommand(supervised);
  const published = spec.ports.filter(({ publish }) => publish);
  if (published.length > 0 && security.network === 'none') {
    notices.push('The container has no network, so its ports are forwarded, not published.');
  }
  return {
    notices,
    spec: {
      name: containerName(identity.name, identity.id, parts.role),
      hostname: identity.name,
      image: desired.image.tag,
      labels: parts.labels,
      environment: { ...parts.proxies, ...agentEnvironment(spec, desired.image.home), ...spec.environment },
      command: parts.dial == null ? command : besideDialer(parts.dial.pipe, command),
      user: 'root',
      workdir: spec.workspace.path,
      mounts,
      ...(parts.dial == null ? {} : { dial: parts.dial }),
      limits: {
        cpus,
        memoryBytes: resources.memory,
        pids: resources.pids,
        shmBytes: resources.shm,
        nofile: resources.nofile,
        gpus: resources.gpus,
      },
      capAdd: security.cap_add,
      noNewPrivileges: security.no_new_privileges,
      readOnlyRoot: security.read_only_root,
      seccomp: parts.seccomp,
      network: security.network,
      ...(parts.userns === undefined ? {} : { userns: parts.userns }),
      ...(published.length === 0 || security.network === 'none' ? {} : { ports: published }),
      ...(health.command === undefined
        ? {}
        : {
            healthcheck: {
              command: health.command,
              intervalMs: health.interval,
              timeoutMs: health.timeout,
              retries: health.retries,
            },
          }),
      restartAttempts: parts.isNested === true || canBeSwapped(mounts) ? 0 : restartAttempts,
    },
  };
}

/**
 * What has to be writable on a read-only root: sshd's runtime folder, and where programs put what lasts no longer than
 * they do, which installers run from there.
 */
const writablePlaces: readonly EngineMount[] = [
  { kind: 'tmpfs', target: '/run', mode: 0o755 },
  { kind: 'tmpfs', target: '/tmp', mode: 0o1777, exec: true },
  { kind: 'tmpfs', target: '/var/tmp', mode: 0o1777, exec: true },
  // Where the Line writes the environment that login shells read; a volume begins with what the image has there.
  { kind: 'volume', volume: '', target: '/etc/profile.d', readOnly: false },
];

/** On a read-only root a home that is not kept is a volume of the container's own: shells and editors write to it. */
function homeMount({ homeVolume, desired }: ContainerParts): EngineMount[] {
  const home = { kind: 'volume', target: desired.image.home, readOnly: false } as const;
  if (homeVolume !== null) return [{ ...home, volume: homeVolume }];
  return desired.resolved.spec.security.read_only_root ? [{ ...home, volume: '' }] : [];
}
