import assert from 'node:assert/strict';
import { BerthError } from '../../../src/core/errors';
import { silentLogger } from '../../../src/core/log';
import { labels } from '../../../src/core/model';
import type { ProjectRow } from '../../../src/core/model';
import { absentRow } from '../../../src/core/projects/rows';
import { canarySpec } from '../../../src/core/refresh/canary';
import { Caretaker, dueCare } from '../../../src/core/refresh/caretaker';
import { isKeptLongEnough } from '../../../src/core/refresh/tidy';
import { inUse } from '../../../src/core/refresh/use';

const base: ProjectRow = absentRow({ id: 'abcdef012345', name: 'api', folder: '/src/api' }, 'e');
const running: ProjectRow = { ...base, state: 'running', health: 'healthy', container: 'c', generation: 2 };
const stale: ProjectRow = { ...running, health: 'stale' };
const never = { refresh: -Infinity, kept: -Infinity, halfDone: -Infinity };

describe('what Berth does by itself', () => {
  const cases: readonly [string, ProjectRow, typeof never, number, ReturnType<typeof dueCare>][] = [
    ['nothing for one that is well', running, never, 0, null],
    ['a refresh of a stale one', stale, never, 0, 'refresh'],
    ['none of one that is stopped', { ...stale, state: 'stopped' }, never, 0, null],
    ['none where the template says notify', withStale('notify'), never, 0, null],
    ['none where the template says off', withStale('off'), never, 0, null],
    ['another try after ten minutes, not before', stale, { ...never, refresh: 0 }, 599_999, null],
    ['another try after ten minutes', stale, { ...never, refresh: 0 }, 600_000, 'refresh'],
    ['a half-done one first', { ...stale, halfDone: true }, never, 0, 'halfDone'],
    ['nothing else meanwhile', { ...stale, halfDone: true }, { ...never, halfDone: 0 }, 29_999, null],
    ['a look at what is kept, once an hour', { ...running, former: 1 }, { ...never, kept: 0 }, 3_600_000, 'kept'],
    ['no look before', { ...running, former: 1 }, { ...never, kept: 0 }, 3_599_999, null],
  ];
  for (const [what, row, last, steady, wanted] of cases)
    it(what, () => assert.equal(dueCare(row, last, steady), wanted));

  function withStale(onStale: 'notify' | 'off'): ProjectRow {
    return { ...stale, thresholds: { ...stale.thresholds, onStale } };
  }

  it('is tried again later where it has to wait, and not at all for a folder that is not trusted', async () => {
    let now = 0;
    const asked: string[] = [];
    let trusted = false;
    const care = new Caretaker({
      projects: {
        refreshContainer: (row) => {
          asked.push(row.name);
          return Promise.reject(new BerthError('refresh_waits', 'in use'));
        },
        tidy: () => Promise.resolve(),
      },
      mayRefresh: () => trusted,
      log: silentLogger,
      steady: () => now,
    });
    const turn = () => care.turn([stale], new AbortController().signal);
    await turn();
    assert.deepEqual(asked, []);
    trusted = true;
    await turn();
    await turn();
    assert.deepEqual(asked, ['api']);
    now += 600_000;
    await turn();
    assert.deepEqual(asked, ['api', 'api']);
  });

  it('throws nothing away for an hour after the clock has jumped, either way', async () => {
    let [now, steady, looks] = [1_000_000_000_000, 0, 0];
    const care = new Caretaker({
      projects: {
        refreshContainer: () => Promise.reject(new Error('not asked for')),
        tidy: () => Promise.resolve(void (looks += 1)),
      },
      mayRefresh: () => true,
      log: silentLogger,
      steady: () => steady,
      now: () => now,
    });
    const row = { ...running, former: 1 };
    const after = async (passed: number, jump = 0): Promise<number> => {
      [steady, now] = [steady + passed, now + passed + jump];
      await care.turn([row], new AbortController().signal);
      return looks;
    };
    const [hour, day] = [3_600_000, 86_400_000];
    assert.equal(await after(0), 1);
    assert.equal(await after(hour), 2);
    assert.equal(await after(hour, day), 2, 'a day ahead');
    assert.equal(await after(hour - 1), 2);
    assert.equal(await after(1, -day), 2, 'and back');
    assert.equal(await after(hour), 3);
  });

  it('keeps a former container for as long as the one in its place says', () => {
    const since = '2026-01-01T00:00:00.000Z';
    const at = (hours: number) => Date.parse(since) + hours * 3_600_000;
    const spec = { health: { keep: 2 * 3_600_000 } };
    assert.equal(isKeptLongEnough(since, spec, at(2)), false);
    assert.equal(isKeptLongEnough(since, spec, at(2) + 1), true);
    for (const other of [{}, { health: 'torn' }, { health: { keep: -1 } }]) {
      assert.deepEqual(
        [isKeptLongEnough(since, other, at(24)), isKeptLongEnough(since, other, at(24) + 1)],
        [false, true],
      );
    }
  });
});

describe('whether somebody uses a container', () => {
  const init = { pid: 100, parent: 90, command: '/sbin/docker-init -- sleep infinity' };
  const main = { pid: 101, parent: 100, command: 'sleep infinity' };
  const sshd = { pid: 200, parent: 90, command: 'sshd: dev [priv]' };
  const session = { pid: 201, parent: 200, command: 'sshd: dev@notty' };
  const dialer = { pid: 210, parent: 100, command: 'berth-dial' };
  const called = { pid: 211, parent: 210, command: 'sshd: dev [priv]' };
  const talks = { pid: 212, parent: 211, command: 'sshd: dev@notty' };
  const table: readonly [string, Parameters<typeof inUse>[0], readonly string[]][] = [
    ['nobody, with only its own processes', [init, main], []],
    ['nobody, whatever order the engine lists them in', [main, sshd, init], []],
    ['nobody, by a Line without a command', [init, main, sshd, session], []],
    ['a shell in a session', [init, main, sshd, session, { pid: 202, parent: 201, command: '-bash' }], ['-bash']],
    ['a command by exec', [init, main, { pid: 300, parent: 90, command: 'pytest -q' }], ['pytest']],
    ['not a server that left its session', [init, main, { pid: 400, parent: 100, command: 'node server.js' }], []],
    [
      'no shell of the Line’s that waits',
      [init, main, sshd, session, { pid: 203, parent: 201, command: '/bin/sh -c eval "$BERTH_RUN" berth-waits' }],
      [],
    ],
    ['nobody, by a connection below the dialer without a command', [init, main, dialer, called, talks], []],
    ['nobody, by a call that is just being answered', [init, dialer, { ...dialer, pid: 211, parent: 210 }], []],
    ['nobody, by Berth’s own SFTP server', [init, dialer, { pid: 211, parent: 210, command: 'berth-files' }], []],
    [
      'a shell in a session below the dialer',
      [init, main, dialer, called, talks, { pid: 213, parent: 212, command: '-bash' }],
      ['-bash'],
    ],
    ['nobody in nothing', [], []],
  ];
  for (const [what, processes, wanted] of table) it(what, () => assert.deepEqual(inUse(processes, init.pid), wanted));
});

describe('a canary', () => {
  it('shares nothing that it could write to, publishes nothing and runs nothing of the template', () => {
    const spec = canarySpec(
      {
        name: 'berth-api-abcdef-next',
        hostname: 'api',
        image: 'i',
        labels: { [labels.kind]: 'project', [labels.project]: 'abcdef012345' },
        environment: {},
        command: ['/bin/sh', '-c', 'supervise'],
        user: 'root',
        workdir: '/workspace',
        mounts: [
          { kind: 'bind', source: '/src/api', target: '/workspace', readOnly: false },
          { kind: 'volume', volume: 'home', target: '/home/dev', readOnly: false },
          { kind: 'volume', volume: '', target: '/own', readOnly: false },
          { kind: 'tmpfs', target: '/run/berth', mode: 0o755 },
        ],
        limits: { cpus: 1, memoryBytes: null, pids: null, shmBytes: 1, nofile: 1, gpus: 'none' },
        capAdd: [],
        noNewPrivileges: true,
        readOnlyRoot: false,
        seccomp: 'default',
        network: 'full',
        ports: [{ port: 80, host: 80 }],
        healthcheck: { command: 'true', intervalMs: 1, timeoutMs: 1, retries: 1 },
        restartAttempts: 5,
      },
      'berth-api-abcdef-canary',
    );
    assert.deepEqual(
      spec.mounts.map((mount) => (mount.kind === 'tmpfs' ? null : mount.readOnly)),
      [true, true, false, null],
    );
    const { ports, healthcheck, command, restartAttempts, labels: marks } = spec;
    assert.deepEqual(
      [ports, healthcheck, command, restartAttempts],
      [undefined, undefined, ['/bin/sleep', 'infinity'], 0],
    );
    assert.equal(marks[labels.kind], 'canary');
  });
});
