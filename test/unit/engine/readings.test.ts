import assert from 'node:assert/strict';
import { engineInfo, pinnedVersion, type RawInfo } from '../../../src/core/engine/connect';
import { containerSummary } from '../../../src/core/engine/container-shapes';
import { engineEvent } from '../../../src/core/engine/events';
import { usageOf } from '../../../src/core/engine/usage';

describe('engine: usage', () => {
  const reading = (own: number, all: number): Parameters<typeof usageOf>[0] => ({
    cpu_stats: { cpu_usage: { total_usage: own }, system_cpu_usage: all, online_cpus: 4 },
    memory_stats: { usage: 900, limit: 1000, stats: { inactive_file: 400 } },
    pids_stats: { current: 7 },
  });

  it('counts cpu between two readings, 100 a core, and memory without the page cache', () => {
    assert.deepEqual(usageOf(reading(100, 1000), reading(350, 2000)), {
      cpuPercent: 100,
      memoryBytes: 500,
      memoryPercent: 50,
      diskPercent: null,
      pids: 7,
    });
  });

  it('takes the first cgroup version’s name for the page cache', () => {
    const after = { memory_stats: { usage: 900, limit: 1000, stats: { total_inactive_file: 300, inactive_file: 1 } } };
    assert.equal(usageOf({}, after).memoryBytes, 600);
  });

  it('says nothing of the cpu where it cannot: no readings, or a restart in between', () => {
    assert.equal(usageOf({}, {}).cpuPercent, null);
    assert.equal(usageOf(reading(500, 1000), reading(10, 2000)).cpuPercent, null);
  });
});

describe('engine: events', () => {
  const actor = { ID: 'abc', Attributes: { name: 'c' } };

  it('reads the shape of API 1.52, which has no status, id or from', () => {
    const raw = { Type: 'container', Action: 'start', Actor: actor, timeNano: 1_795_000_000_123_000_000 };
    assert.deepEqual(engineEvent(raw), {
      type: 'container',
      action: 'start',
      id: 'abc',
      attributes: { name: 'c' },
      time: 1_795_000_000_123,
    });
  });

  it('leaves out health probes’ noise and what does not concern Berth', () => {
    for (const Action of ['exec_create: sh -c x', 'exec_start: sh', 'exec_die']) {
      assert.equal(engineEvent({ Type: 'container', Action, Actor: actor, time: 1 }), null);
    }
    assert.equal(engineEvent({ Type: 'network', Action: 'connect', Actor: actor, time: 1 }), null);
    assert.equal(engineEvent({}), null);
  });

  it('keeps a change of health', () => {
    const raw = { Type: 'container', Action: 'health_status: unhealthy', Actor: actor, time: 5 };
    assert.deepEqual([engineEvent(raw)?.action, engineEvent(raw)?.time], ['health_status: unhealthy', 5000]);
  });
});

describe('engine: what it says of itself', () => {
  const version = { Version: '1', ApiVersion: '1.41', MinAPIVersion: '1.12', Os: 'linux', Arch: 'amd64' } as never;
  const machine = { platform: 'linux', kernel: '6.1', name: 'here' } as const;
  const local = (url: string, raw: RawInfo, on: typeof machine = machine): boolean =>
    engineInfo({ url, source: 'x' }, version, '1.41', raw, on).local;

  it('pins the lower of both API versions', () => {
    const pinned = (ApiVersion: string, MinAPIVersion: string): string =>
      pinnedVersion({ ApiVersion, MinAPIVersion, Version: 'x' });
    assert.equal(pinned('1.41', '1.12'), '1.41');
    assert.equal(pinned('1.99', '1.44'), '1.51');
    assert.equal(pinned('1.40', ''), '1.40');
    for (const [theirs, least] of [
      ['1.39', '1.12'],
      ['1.60', '1.52'],
      ['1.9', '1.2'],
    ] as const) {
      assert.throws(() => pinned(theirs, least), { code: 'engine_unsupported' });
    }
  });

  it('knows a local engine from one in a virtual machine or afar', () => {
    const same = { KernelVersion: '6.1', Name: 'here' };
    assert.equal(local('unix:///s', same), true);
    assert.equal(local('unix:///s', { ...same, KernelVersion: '6.6-linuxkit' }), false);
    assert.equal(local('unix:///s', { ...same, OperatingSystem: 'Docker Desktop' }), false);
    assert.equal(local('tcp://127.0.0.1:2375', same), true);
    assert.equal(local('tcp://127.0.0.1:2375', { ...same, Name: 'there' }), false);
    assert.equal(local('tcp://far:2375', same), false);
    assert.equal(local('ssh://far', same), false);
  });

  it('knows Podman by its parts, and that it has no BuildKit', () => {
    const podman = { ...(version as object), Components: [{ Name: 'Podman Engine' }] } as never;
    const info = engineInfo({ url: 'unix:///s', source: 'x' }, podman, '1.41', { SecurityOptions: ['name=rootless'] });
    assert.deepEqual([info.flavour, info.buildkit, info.rootless], ['podman', false, true]);
    // As Podman 4.3.1 says it.
    const says = engineInfo({ url: 'unix:///s', source: 'x' }, podman, '1.41', { SecurityOptions: [], Rootless: true });
    assert.equal(says.rootless, true);
  });

  it('reads health out of a list’s status', () => {
    const health = (Status: string): unknown =>
      containerSummary({
        Id: 'a',
        Names: ['/n'],
        Image: 'i',
        Labels: {},
        State: 'running',
        Status,
        Created: 1,
      } as never).health;
    assert.equal(health('Up 2 minutes (healthy)'), 'healthy');
    assert.equal(health('Up 2 minutes (unhealthy)'), 'unhealthy');
    assert.equal(health('Up 2 seconds (health: starting)'), 'starting');
    assert.equal(health('Up 2 minutes'), null);
  });
});
