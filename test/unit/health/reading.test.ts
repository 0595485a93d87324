import assert from 'node:assert/strict';
import { hold } from '../../../src/core/health/holds';
import type { Hold } from '../../../src/core/health/holds';
import { parseProbe } from '../../../src/core/health/probe';
import type { Probed } from '../../../src/core/health/probe';
import { afterLook, mindOf } from '../../../src/core/health/reading';
import type { Look, Mind } from '../../../src/core/health/reading';
import { usualThresholds } from '../../../src/core/health/thresholds';
import { healthVerdict } from '../../../src/core/health/verdict';
import { ago, facts, hour, minute, now } from './support';

const times = { holdMs: 5 * minute, gapMs: 3 * minute };

/** Readings a minute apart. */
function series(percents: readonly (number | null)[], apart = minute): boolean[] {
  let held: Hold | null = null;
  return percents.map((percent, index) => {
    held = hold(held, percent, 90, index * apart, times);
    return held?.counts === true;
  });
}

describe('what has to hold before it counts', () => {
  it('counts after five minutes above the threshold, not on it', () => {
    assert.deepEqual(series([91, 91, 91, 91, 91, 91]), [false, false, false, false, false, true]);
    assert.deepEqual(series([90, 90, 90, 90, 90, 90, 90]), Array(7).fill(false));
  });
  it('begins anew after one reading below, and passes over a reading that there is not', () => {
    assert.deepEqual(series([99, 99, 99, 80, 99, 99, 99, 99, 99, 99]).indexOf(true), 9);
    assert.deepEqual(series([99, 99, null, 99, 99, 99]).indexOf(true), 5);
  });
  it('goes only once it is well below, so that it does not flicker', () => {
    const high = [99, 99, 99, 99, 99, 99];
    assert.deepEqual(series([...high, 89, 86, 91, 85, 86]).slice(6), [true, true, true, false, false]);
  });
  it('takes readings far apart for no proof of the time between', () => {
    assert.deepEqual(series([99, 99, 99], 4 * minute), [false, false, false]);
  });
});

const container: Look['container'] = { restartCount: 0, finishedAt: null, startedAt: ago(hour), oomKilled: false };
const good: Probed = {
  ...{ memoryBytes: 50, memoryLimit: 100, pids: 3, cpuUs: 1_000, uptimeUs: 10_000, oomKills: 0 },
  ...{ workspaceDisk: 40, containerDisk: null, workspace: null, sshd: true, services: [] },
};

/** Looks a minute apart, each with what differs from a good one. */
function looks(changes: readonly Partial<Look>[], from: Mind | null = null, jumpMs = 0): Mind {
  let mind = from;
  changes.forEach((change, index) => {
    const look: Look = { container, probe: good, exitCode: null, oomKilled: false, pace: minute, ...change };
    const clock = { now: now + index * minute + (index > 2 ? jumpMs : 0), steady: index * minute };
    mind = afterLook(mind, look, usualThresholds, '/workspace', clock);
  });
  assert.ok(mind !== null);
  return mind;
}
const codes = ({ reading }: Mind, at: number): string[] =>
  healthVerdict(facts({ reading }), usualThresholds, {}, at).reasons.map(({ code }) => code);
const full: Partial<Look> = { probe: { ...good, memoryBytes: 95 } };

describe('what the monitor makes of its looks', () => {
  it('tells use in per cent, and a share of cpu from two probes', () => {
    const { reading } = looks([{}, { probe: { ...good, cpuUs: 6_000, uptimeUs: 20_000 } }]);
    assert.deepEqual(
      [reading.usage?.memoryPercent, reading.usage?.cpuPercent, reading.usage?.diskPercent],
      [50, 50, 40],
    );
  });

  it('measures how long something holds by a clock that does not jump', () => {
    assert.deepEqual(codes(looks(Array(6).fill(full)), now + 5 * minute), ['memory_high']);
    const day = 24 * hour;
    assert.deepEqual(codes(looks(Array(5).fill(full), null, day), now + 4 * minute + day), []);
    const back = looks(Array(6).fill(full), null, -day);
    assert.deepEqual(codes(back, now + 5 * minute - day), ['memory_high']);
    assert.match(
      healthVerdict(facts({ reading: back.reading }), usualThresholds, {}, now + 5 * minute - day).detail,
      /for 5 min/,
    );
  });

  it('goes on where the monitor before left off', () => {
    const written = looks(Array(6).fill(full)).reading;
    const mind = mindOf(written, { now: now + 6 * minute, steady: 0 });
    assert.deepEqual(codes(looks([full], mind), now), ['memory_high']);
    const late = mindOf(written, { now: now + hour, steady: 0 });
    assert.deepEqual(codes(looks([full], late), now), []);
  });

  it('counts failures in a row, and keeps what it cannot see while nothing answers', () => {
    const gone: Partial<Look> = { probe: { ...good, workspace: 'not mounted' } };
    const silent: Partial<Look> = { probe: { silent: 'it does not answer' } };
    assert.deepEqual(codes(looks([gone, gone]), now + minute), []);
    assert.deepEqual(codes(looks([gone, gone, gone]), now + 2 * minute), ['workspace_missing']);
    assert.deepEqual(codes(looks([gone, gone, {}, gone]), now + 3 * minute), []);
    assert.deepEqual(looks([gone, silent, gone]).reading.failing.workspace?.times, 2);
    assert.deepEqual(codes(looks([silent, silent, silent]), now + 2 * minute), ['no_answer']);
  });

  it('finds a restart that no event told of, once, and forgets it when a person starts the container', () => {
    const again: Partial<Look> = {
      container: { ...container, restartCount: 1, finishedAt: ago(minute), startedAt: ago(minute - 1) },
    };
    const { reading } = looks([{}, { ...again, probe: null, exitCode: 1 }, again]);
    assert.deepEqual(
      [reading.crash?.exitCode, reading.crash?.seen, reading.crash?.restarts],
      [1, new Date(now + minute).toISOString(), 1],
    );
    assert.equal(looks([again, {}]).reading.crash, null);
  });

  it('tells of a kill by an event or by the kernel’s count, and not beside the crash that it was', () => {
    assert.notEqual(looks([{}, { oomKilled: true }]).reading.oomKill, null);
    assert.notEqual(looks([{}, { probe: { ...good, oomKills: 1 } }]).reading.oomKill, null);
    assert.equal(looks([{}, {}]).reading.oomKill, null);
    const crashed = { ...container, restartCount: 1, finishedAt: ago(0), oomKilled: true };
    assert.equal(looks([{}, { container: crashed, oomKilled: true }]).reading.oomKill, null);
  });

  it('makes anew what is of another start', () => {
    const { reading, holds } = looks([
      ...Array<Partial<Look>>(6).fill(full),
      { container: { ...container, startedAt: ago(0) } },
    ]);
    assert.deepEqual([reading.tooMuch, holds], [{}, {}]);
  });
});

describe('what a probe prints', () => {
  const lines = (...more: string[]): string =>
    [
      'memory 300',
      'limit 1000',
      'cache 100',
      'pids 7',
      'oom 2',
      'uptime 12.5 40.1',
      'folder yes',
      'sshd yes',
      ...more,
    ].join('\n') + '\nservices\nend\n';
  const mount = 'mount /src/api';
  const heading = 'disk Filesystem Capacity';

  it('is read from cgroups of both kinds, without the page cache', () => {
    const second = parseProbe(lines(mount, 'cpu 5000'));
    assert.deepEqual([second?.memoryBytes, second?.memoryLimit, second?.cpuUs, second?.oomKills], [200, 1000, 5000, 2]);
    const first = parseProbe(lines(mount, 'cpu_ns 5000').replace('limit 1000', 'limit 9223372036854771712'));
    assert.deepEqual([first?.memoryLimit, first?.cpuUs, first?.uptimeUs], [null, 5, 12.5e6]);
    assert.equal(parseProbe(lines(mount).replace('limit 1000', 'limit max'))?.memoryLimit, null);
  });

  it('says what is wrong with the workspace', () => {
    assert.equal(parseProbe(lines(mount))?.workspace, null);
    assert.equal(parseProbe(lines())?.workspace, 'not mounted');
    assert.equal(parseProbe(lines('mount /src/api//deleted'))?.workspace, 'its folder is gone');
    assert.equal(parseProbe(lines(mount).replace('folder yes\n', ''))?.workspace, 'it cannot be entered');
  });

  it('tells disks apart, and one disk once', () => {
    const disks = (...rows: string[]): unknown[] => {
      const found = parseProbe(lines(mount, heading, ...rows));
      return [found?.workspaceDisk, found?.containerDisk];
    };
    assert.deepEqual(disks('disk /dev/sda 84%', 'disk overlay 12%'), [84, 12]);
    assert.deepEqual(disks('disk /dev/sda 84%', 'disk overlay 84%'), [84, null]);
    assert.deepEqual(disks(), [null, null]);
  });

  it('is nothing where it broke off, and names services', () => {
    assert.equal(parseProbe('memory 300\nlimit'), null);
    assert.equal(parseProbe(''), null);
  });
});
