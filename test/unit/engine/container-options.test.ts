import assert from 'node:assert/strict';
import { containerOptions } from '../../../src/core/engine/container-options';
import { takenPort } from '../../../src/core/engine/port-taken';
import type { ContainerSpec } from '../../../src/core/engine/types';

const docker = { flavour: 'docker' };
const podman = { flavour: 'podman' };

function spec(changes: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    name: 'c',
    hostname: 'api',
    image: 'debian:bookworm-slim',
    labels: { 'dev.berth.kind': 'project' },
    environment: { A: '1', B: 'x=y' },
    command: ['sleep', 'infinity'],
    user: 'root',
    workdir: '/workspace',
    mounts: [],
    limits: {
      cpus: 1.5,
      memoryBytes: 1 << 30,
      pids: 1000,
      shmBytes: 64 << 20,
      nofile: 2048,
      gpus: 'none',
    },
    capAdd: [],
    noNewPrivileges: true,
    readOnlyRoot: false,
    seccomp: 'default',
    network: 'full',
    restartAttempts: 3,
    ...changes,
  };
}

const host = (
  changes: Partial<ContainerSpec> = {},
  info = docker,
): NonNullable<ReturnType<typeof containerOptions>['HostConfig']> => containerOptions(spec(changes), info).HostConfig!;

describe('engine: container options', () => {
  it('drops every capability but those that sshd, the user switch and root’s package manager need', () => {
    assert.deepEqual(host().CapDrop, ['ALL']);
    assert.deepEqual(host().CapAdd, [
      'CHOWN',
      'SETUID',
      'SETGID',
      'SYS_CHROOT',
      'AUDIT_WRITE',
      'KILL',
      'DAC_OVERRIDE',
      'FOWNER',
    ]);
  });

  it('mounts the folder by which it is called, read-only, beside what was asked for', () => {
    const mounts = [{ kind: 'volume', volume: 'v', target: '/v', readOnly: false }] as const;
    const made = host({ mounts, dial: { folder: '/home/pat/berth/dial/abc', pipe: '0123456789ab' } }).Mounts;
    assert.deepEqual(made, [
      ...host({ mounts }).Mounts!,
      { Type: 'bind', Source: '/home/pat/berth/dial/abc', Target: '/run/berth/outside/dial', ReadOnly: true },
    ]);
  });

  it('adds a template’s capabilities once, with or without their prefix', () => {
    const added = host({ capAdd: ['CAP_NET_ADMIN', 'KILL', 'SYS_PTRACE'] }).CapAdd as string[];
    assert.deepEqual(added.slice(8), ['NET_ADMIN', 'SYS_PTRACE']);
  });

  it('says who runs what, where and with which environment, and takes the image’s entry point away', () => {
    assert.deepEqual(
      { ...containerOptions(spec(), docker), HostConfig: null },
      {
        HostConfig: null,
        Hostname: 'api',
        Image: 'debian:bookworm-slim',
        Labels: { 'dev.berth.kind': 'project' },
        Env: ['A=1', 'B=x=y'],
        Cmd: ['sleep', 'infinity'],
        Entrypoint: [],
        User: 'root',
        WorkingDir: '/workspace',
        Tty: false,
        OpenStdin: false,
      },
    );
  });

  it('leaves command and entry point to the image where the spec has none', () => {
    const body = containerOptions(spec({ command: [] }), docker);
    assert.ok(!('Cmd' in body) && !('Entrypoint' in body));
  });

  const table: [string, Partial<ContainerSpec>, string, unknown][] = [
    ['an init reaps and forwards signals', {}, 'Init', true],
    ['no new privileges', {}, 'SecurityOpt', ['no-new-privileges']],
    ['new privileges where sudo needs them', { noNewPrivileges: false }, 'SecurityOpt', []],
    [
      'a seccomp profile of one’s own',
      { seccomp: 'unconfined' },
      'SecurityOpt',
      ['no-new-privileges', 'seccomp=unconfined'],
    ],
    ['a read-only root', { readOnlyRoot: true }, 'ReadonlyRootfs', true],
    ['restarts after crashes', {}, 'RestartPolicy', { Name: 'on-failure', MaximumRetryCount: 3 }],
    ['no restarts', { restartAttempts: 0 }, 'RestartPolicy', { Name: 'no', MaximumRetryCount: 0 }],
    ['fractions of a cpu', {}, 'NanoCpus', 1_500_000_000],
    ['memory in bytes', {}, 'Memory', 1 << 30],
    ['a limit of processes', {}, 'PidsLimit', 1000],
    ['shared memory', {}, 'ShmSize', 64 << 20],
    ['no network', { network: 'none' }, 'NetworkMode', 'none'],
    ['the engine’s own network', {}, 'NetworkMode', undefined],
    ['never privileged', {}, 'Privileged', false],
  ];
  for (const [what, changes, field, expected] of table) {
    it(`says ${field}: ${what}`, () => {
      assert.deepEqual(host(changes)[field as 'Init'], expected);
    });
  }

  it('leaves out limits that are not wanted', () => {
    const limits = { ...spec().limits, cpus: null, memoryBytes: null, pids: null };
    for (const field of ['NanoCpus', 'Memory', 'PidsLimit']) assert.ok(!(field in host({ limits })));
  });

  it('says the ulimit of processes to Podman alone, where the default may be above what is allowed', () => {
    assert.deepEqual(host().Ulimits, [{ Name: 'nofile', Soft: 2048, Hard: 2048 }]);
    assert.deepEqual(host({}, podman).Ulimits, [
      { Name: 'nofile', Soft: 2048, Hard: 2048 },
      { Name: 'nproc', Soft: 1000, Hard: 1000 },
    ]);
  });

  it('bounds the log where the engine is Docker', () => {
    assert.deepEqual(host().LogConfig, { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } });
    assert.equal(host({}, podman).LogConfig, undefined);
  });

  it('asks for all GPUs, for some, or for none', () => {
    const gpus = (wanted: 'none' | 'all' | number): unknown =>
      host({ limits: { ...spec().limits, gpus: wanted } }).DeviceRequests;
    assert.equal(gpus('none'), undefined);
    assert.deepEqual(gpus('all'), [{ Driver: '', Count: -1, Capabilities: [['gpu']] }]);
    assert.deepEqual(gpus(2), [{ Driver: '', Count: 2, Capabilities: [['gpu']] }]);
  });

  it('publishes ports on 127.0.0.1 alone', () => {
    const ports = [
      { port: 3000, host: 3001 },
      { port: 3000, host: 3002 },
      { port: 80, host: 8080 },
    ];
    assert.deepEqual(host({ ports }).PortBindings, {
      '3000/tcp': [
        { HostIp: '127.0.0.1', HostPort: '3001' },
        { HostIp: '127.0.0.1', HostPort: '3002' },
      ],
      '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }],
    });
    assert.deepEqual(containerOptions(spec({ ports }), docker).ExposedPorts, { '3000/tcp': {}, '80/tcp': {} });
    assert.equal(host().PortBindings, undefined);
  });

  it('names the port that could not be published, out of the words of Docker, old and new, and of Podman', () => {
    const said: readonly (readonly [string, number | null])[] = [
      [
        'driver failed programming external connectivity on endpoint x (0a1): Bind for 127.0.0.1:3000 failed: port is already allocated',
        3000,
      ],
      [
        'failed to set up container networking: driver failed: failed to bind host port for 127.0.0.1:8080:172.17.0.2:80/tcp: address already in use',
        8080,
      ],
      ['Error starting userland proxy: listen tcp4 127.0.0.1:22222: bind: address already in use', 22_222],
      ['rootlessport listen tcp 127.0.0.1:8080: bind: address already in use', 8080],
      ['cannot start a container that has stopped', null],
    ];
    for (const [words, port] of said) assert.equal(takenPort(words), port, words);
  });

  it('mounts folders, volumes and tmpfs', () => {
    const { Mounts } = host({
      mounts: [
        { kind: 'bind', source: '/a b', target: '/workspace', readOnly: false },
        { kind: 'volume', volume: 'v', target: '/home/dev', readOnly: true },
        { kind: 'tmpfs', target: '/run/x', mode: 0o700, sizeBytes: 1024 },
        { kind: 'tmpfs', target: '/run/y', mode: 0o1777 },
      ],
    });
    assert.deepEqual(Mounts, [
      { Type: 'bind', Source: '/a b', Target: '/workspace', ReadOnly: false },
      { Type: 'volume', Source: 'v', Target: '/home/dev', ReadOnly: true },
      { Type: 'tmpfs', Source: '', Target: '/run/x', TmpfsOptions: { Mode: 0o700, SizeBytes: 1024 } },
      { Type: 'tmpfs', Source: '', Target: '/run/y', TmpfsOptions: { Mode: 0o1777, SizeBytes: 0 } },
    ]);
  });

  it('has the engine probe by a shell, with times in nanoseconds', () => {
    const healthcheck = { command: 'test -f /ok', intervalMs: 60_000, timeoutMs: 1500, retries: 3 };
    assert.deepEqual(containerOptions(spec({ healthcheck }), docker).Healthcheck, {
      Test: ['CMD-SHELL', 'test -f /ok'],
      Interval: 60_000_000_000,
      Timeout: 1_500_000_000,
      Retries: 3,
    });
  });
});
