import type Docker from 'dockerode';
import { dialMount } from './dial-mount';
import type { ContainerSpec, EngineInfo, EngineMount } from './types';

/** What sshd, the user switch, a terminal and root's own package manager need; everything else is dropped. */
const defaultCapabilities = [
  'CHOWN',
  'SETUID',
  'SETGID',
  'SYS_CHROOT',
  'AUDIT_WRITE',
  'KILL',
  'DAC_OVERRIDE',
  'FOWNER',
] as const;

const nanoseconds = 1_000_000;

/** The body of the engine's "create container" for a spec: data in, data out. */
export function containerOptions(
  spec: ContainerSpec,
  info: Pick<EngineInfo, 'flavour'>,
): Omit<Docker.ContainerCreateOptions, 'name'> {
  return {
    Hostname: spec.hostname,
    Image: spec.image,
    Labels: { ...spec.labels },
    Env: Object.entries(spec.environment).map(([key, value]) => `${key}=${value}`),
    // A command is the whole of what runs, so the image's own entry point is taken away; without one the image decides.
    ...(spec.command.length === 0 ? {} : { Cmd: [...spec.command], Entrypoint: [] }),
    User: spec.user,
    WorkingDir: spec.workdir,
    Tty: false,
    OpenStdin: false,
    ...(spec.healthcheck === undefined ? {} : { Healthcheck: healthcheck(spec.healthcheck) }),
    ...exposed(spec),
    HostConfig: hostConfig(spec, info),
  };
}

function hostConfig(spec: ContainerSpec, info: Pick<EngineInfo, 'flavour'>): Docker.HostConfig {
  const { limits } = spec;
  return {
    Init: true,
    CapDrop: ['ALL'],
    CapAdd: [...new Set([...defaultCapabilities, ...spec.capAdd.map((name) => name.replace(/^CAP_/, ''))])],
    SecurityOpt: securityOptions(spec),
    ReadonlyRootfs: spec.readOnlyRoot,
    Privileged: false,
    RestartPolicy:
      spec.restartAttempts > 0
        ? { Name: 'on-failure', MaximumRetryCount: spec.restartAttempts }
        : { Name: 'no', MaximumRetryCount: 0 },
    ...(limits.cpus === null ? {} : { NanoCpus: Math.round(limits.cpus * 1e9) }),
    ...(limits.memoryBytes === null ? {} : { Memory: limits.memoryBytes }),
    ...(limits.pids === null ? {} : { PidsLimit: limits.pids }),
    ShmSize: limits.shmBytes,
    Ulimits: ulimits(spec, info),
    Mounts: [...spec.mounts, ...dialMounts(spec)].filter((one) => !isOpenTmpfs(one)).map(mount),
    ...openTmpfs(spec.mounts),
    ...(limits.gpus === 'none' ? {} : { DeviceRequests: [gpus(limits.gpus)] }),
    ...(spec.network === 'none' ? { NetworkMode: 'none' } : {}),
    ...(spec.userns === undefined ? {} : { UsernsMode: spec.userns }),
    ...published(spec),
    // Podman keeps logs in files or the journal by its own rules and refuses these options.
    ...(info.flavour === 'docker'
      ? { LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } } }
      : {}),
  };
}

const tcp = (port: number): string => `${port}/tcp`;

function exposed({ ports = [] }: ContainerSpec): Pick<Docker.ContainerCreateOptions, 'ExposedPorts'> {
  return ports.length === 0 ? {} : { ExposedPorts: Object.fromEntries(ports.map(({ port }) => [tcp(port), {}])) };
}

/** Without an address the engine would publish on all interfaces, past the machine's firewall. */
function published({ ports = [] }: ContainerSpec): Pick<Docker.HostConfig, 'PortBindings'> {
  if (ports.length === 0) return {};
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { port, host } of ports)
    (bindings[tcp(port)] ??= []).push({ HostIp: '127.0.0.1', HostPort: String(host) });
  return { PortBindings: bindings };
}

function securityOptions(spec: ContainerSpec): string[] {
  return [
    ...(spec.noNewPrivileges ? ['no-new-privileges'] : []),
    ...(spec.seccomp === 'default' ? [] : [`seccomp=${spec.seccomp}`]),
  ];
}

/** Podman's own default for processes is above what a restricted machine allows, so there it is said. */
function ulimits(
  spec: ContainerSpec,
  info: Pick<EngineInfo, 'flavour'>,
): { Name: string; Soft: number; Hard: number }[] {
  const { nofile, pids } = spec.limits;
  const processes = pids ?? 4096;
  return [
    { Name: 'nofile', Soft: nofile, Hard: nofile },
    ...(info.flavour === 'podman' ? [{ Name: 'nproc', Soft: processes, Hard: processes }] : []),
  ];
}

function healthcheck(check: NonNullable<ContainerSpec['healthcheck']>): Docker.HealthConfig {
  return {
    Test: ['CMD-SHELL', check.command],
    Interval: check.intervalMs * nanoseconds,
    Timeout: check.timeoutMs * nanoseconds,
    Retries: check.retries,
  };
}

function isOpenTmpfs(mount: EngineMount): boolean {
  return mount.kind === 'tmpfs' && mount.exec === true;
}

function dialMounts({ dial }: ContainerSpec): EngineMount[] {
  return dial === undefined ? [] : [{ kind: 'bind', source: dial.folder, target: dialMount, readOnly: true }];
}

/** The list of mounts knows no `exec` before API 1.46; the older field does. */
function openTmpfs(mounts: readonly EngineMount[]): Pick<Docker.HostConfig, 'Tmpfs'> {
  const made = mounts.flatMap((one) => {
    if (one.kind !== 'tmpfs' || one.exec !== true) return [];
    const size = one.sizeBytes === undefined ? '' : `,size=${one.sizeBytes}`;
    return [[one.target, `rw,exec,nosuid,nodev,mode=${one.mode.toString(8)}${size}`] as const];
  });
  return made.length === 0 ? {} : { Tmpfs: Object.fromEntries(made) };
}

function mount(from: EngineMount): Docker.MountSettings {
  switch (from.kind) {
    case 'bind':
      return { Type: 'bind', Source: from.source, Target: from.target, ReadOnly: from.readOnly };
    case 'volume':
      return {
        Type: 'volume',
        Source: from.volume,
        Target: from.target,
        ReadOnly: from.readOnly,
        ...(from.noCopy === true ? { VolumeOptions: noCopy } : {}),
      };
    case 'tmpfs': {
      // A size of 0 is the engine's way to say "no limit but the machine's own".
      const options = { Mode: from.mode, SizeBytes: from.sizeBytes ?? 0 };
      return { Type: 'tmpfs', Source: '', Target: from.target, TmpfsOptions: options };
    }
  }
}

/** The engine's client types want the other fields too, which the engine does not. */
const noCopy = { NoCopy: true } as NonNullable<Docker.MountSettings['VolumeOptions']>;

function gpus(wanted: 'all' | number): { Driver: string; Count: number; Capabilities: string[][] } {
  return { Driver: '', Count: wanted === 'all' ? -1 : wanted, Capabilities: [['gpu']] };
}
