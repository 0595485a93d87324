import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerDetail, Engine, EngineConnection, EngineEvent } from '../../../src/core/engine/types';
import { HealthBoard } from '../../../src/core/health/board';
import { BaseImages, isBuiltOn, isOutdated } from '../../../src/core/health/base';
import type { HealthReading } from '../../../src/core/health/facts';
import { lead } from '../../../src/core/health/leader';
import { Monitor } from '../../../src/core/health/monitor';
import { Pace } from '../../../src/core/health/pace';
import { claim, claimToast, snooze } from '../../../src/core/health/snooze';
import { createHome } from '../../../src/core/home';
import { labels } from '../../../src/core/model';
import type { ProjectRow } from '../../../src/core/model';
import { row } from '../editor/rows';
import { ago, minute, now, reading } from './support';

describe('how often containers are probed', () => {
  const many = (count: number): ProjectRow[] =>
    Array.from({ length: count }, (_, index) => row({ id: `p${index}`, container: `c${index}` }));
  /** How often each container is probed in so many minutes of five-second turns. */
  function probes(rows: readonly ProjectRow[], minutes: number, near: readonly string[] = []): Map<string, number[]> {
    const pace = new Pace((container) => near.includes(container));
    const found = new Map<string, number[]>();
    for (let at = 0; at < minutes * minute; at += 5_000) {
      for (const { container } of pace.due(rows, at)) {
        pace.probed(container ?? '', at);
        found.set(container ?? '', [...(found.get(container ?? '') ?? []), at]);
      }
    }
    return found;
  }

  it('is once a minute and no more for a few, and twelve processes a minute for a hundred, each in its turn', () => {
    for (const times of probes(many(5), 10).values()) assert.equal(times.length, 10);
    const hundred = probes(many(100), 20);
    assert.equal(hundred.size, 100);
    assert.equal([...hundred.values()].flat().length, 20 * 12);
    for (const times of hundred.values()) {
      times.forEach((at, index) => assert.ok(index === 0 || at - (times[index - 1] ?? 0) >= minute));
    }
  });

  it('is each minute where a Line is open, however many others there are', () => {
    assert.equal(probes(many(100), 10, ['c7']).get('c7')?.length, 10);
  });

  it('is never for one that does not run', () => {
    const rows = [row({ state: 'stopped' }), row({ state: 'crashed' }), row({ container: null })];
    assert.equal(probes(rows, 5).size, 0);
  });

  it('says when the next is to be expected, so that a reading holds until then', () => {
    const pace = new Pace(() => false);
    pace.due(many(100), 0);
    assert.equal(pace.of('c1'), 500_000);
  });
});

describe('what windows and command lines share of health', () => {
  let dir: string;
  const boards: HealthBoard[] = [];
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'berth-health-'));
  });
  afterEach(() => {
    for (const board of boards.splice(0)) board.dispose();
    rmSync(dir, { recursive: true });
  });
  const board = (): HealthBoard => {
    const made = new HealthBoard(createHome({ BERTH_HOME: dir }));
    boards.push(made);
    return made;
  };

  it('is one who tells of a cause, of all who ask at once; again once it was put off', async () => {
    const all = [board(), board(), board()];
    const told = async () =>
      (await Promise.all(all.map((one) => claimToast(one, 'c1', 'too_old')))).filter(Boolean).length;
    assert.deepEqual([await told(), await told()], [1, 0]);
    assert.equal(await claimToast(board(), 'c1', 'memory_high'), true, 'another cause');
    await snooze(board(), 'c1', 'too_old', minute);
    assert.deepEqual([await told(), await told()], [1, 0]);
  });

  it('is what was put off, and taken back', async () => {
    const [one, other] = [board(), board()];
    await snooze(one, 'c1', 'too_old', minute, now);
    await other.load();
    assert.deepEqual(other.snoozesOf('c1'), { too_old: new Date(now + minute).toISOString() });
    await snooze(other, 'c1', 'too_old', 0, now);
    await one.load();
    assert.deepEqual(one.snoozesOf('c1'), {});
  });

  it('is told to who watches as soon as another writes it', async () => {
    const [one, other] = [board(), board()];
    await one.watch();
    const heard = new Promise<void>((resolve) =>
      one.onDidChange(() => one.snoozesOf('c1').crashed !== undefined && resolve()),
    );
    await snooze(other, 'c1', 'crashed', minute);
    await heard;
  });

  it('is told with the containers of which something is new, whoever looked first; all others’ readings stay the same', async () => {
    const [one, other] = [board(), board()];
    const heard: string[] = [];
    one.onDidChange((containers) => heard.push(...containers));
    const killed = (oomKills: number) => reading({ oomKills });
    await other.write({ c1: killed(1), c2: killed(2) });
    await one.load();
    const before = ['c1', 'c2'].map((id) => one.readingOf(id));
    await other.write({ c1: killed(1), c2: killed(3), c3: killed(4) });
    await Promise.all([one.load(), one.load()]);
    assert.deepEqual(heard, ['c1', 'c2', 'c2', 'c3']);
    assert.deepEqual(
      ['c1', 'c2'].map((id, index) => one.readingOf(id) === before[index]),
      [true, false],
    );
  });

  /** An engine that answers by hand: a cut stream of events cannot be had from a real one on demand. */
  function monitored(one: HealthBoard) {
    const container = {
      ...{ id: 'c1', state: 'running', restartCount: 0, finishedAt: null as string | null, startedAt: ago(minute) },
      ...{ oomKilled: false, imageId: 'i1', labels: { [labels.spec]: '{}' } },
    };
    let asked = 0;
    const engine = {
      inspectContainer: () => {
        asked += 1;
        return Promise.resolve({ ...container } as unknown as ContainerDetail);
      },
      pastEvents: () => Promise.resolve([{ action: 'die', attributes: { exitCode: '3' } } as unknown as EngineEvent]),
      imageLayers: () => Promise.resolve([]),
    } as unknown as Engine;
    const told: string[] = [];
    const monitor = new Monitor({
      connection: { status: { kind: 'connected', engine } } as unknown as EngineConnection,
      board: one,
      rows: () => [row({ container: 'c1' })],
      roads: () => Promise.resolve({ line: null, runner: () => Promise.reject(new Error('no answer')) }),
      hasLine: () => false,
      baseOf: () => Promise.resolve(null),
      tell: ({ kind, cause }) => Promise.resolve(void told.push(`${kind}: ${cause}`)),
      log: { log: () => undefined },
      clock: () => ({ now, steady: 0 }),
    });
    const hears = (action: string, attributes: Readonly<Record<string, string>> = {}): void =>
      monitor.heard(
        { type: 'container', action, id: 'c1', time: now, attributes: { ...attributes, [labels.project]: 'p1' } },
        signal,
      );
    // Looks wait for each other, and for what the one before writes.
    const settled = () => monitor.look(engine, row({ container: 'c1' }), { probe: false });
    return { container, monitor, told, hears, asked: () => asked, settled };
  }
  const signal = new AbortController().signal;
  const readingOnce = (one: HealthBoard, holds: (reading: HealthReading) => boolean): Promise<void> =>
    new Promise((resolve) =>
      one.onDidChange(() => {
        const known = one.readingOf('c1');
        if (known !== null && holds(known)) resolve();
      }),
    );

  it('has a crash that no event told of found by the next turn, with what the engine remembers, and told by one of two monitors', async () => {
    const [one, other] = [board(), board()];
    const [first, second] = [monitored(one), monitored(other)];
    for (const { container, monitor } of [first, second]) {
      Object.assign(container, { restartCount: 2, finishedAt: ago(1_000), startedAt: ago(500) });
      await monitor.turn(signal);
    }
    assert.deepEqual(
      [...first.told, ...second.told],
      ['recovered: exit code 3; the engine started it again for the 2nd time'],
    );
    assert.equal(one.readingOf('c1')?.crash?.exitCode, 3);
    const later = board();
    await later.load();
    assert.equal(later.readingOf('c1')?.failing.answer?.times, 1, 'and written down for the others');
  });

  it('holds no longer from a start on that somebody asked for, and no engine is asked about that', async () => {
    const one = board();
    const { monitor, hears, asked, settled } = monitored(one);
    await monitor.turn(signal);
    assert.equal(one.readingOf('c1')?.failing.answer?.times, 1);
    const unsaid = readingOnce(one, ({ failing }) => failing.answer === undefined);
    hears('die', { exitCode: '143' });
    hears('stop');
    hears('start');
    await unsaid;
    const { failing, startedAt } = one.readingOf('c1') ?? {};
    assert.deepEqual([failing, startedAt, asked()], [{}, new Date(now).toISOString(), 1]);
    await settled();
  });

  it('is looked at right after a start that nobody asked for', async () => {
    const one = board();
    const { container, monitor, hears, asked, told, settled } = monitored(one);
    await monitor.turn(signal);
    const found = readingOnce(one, ({ crash }) => crash !== null);
    Object.assign(container, { restartCount: 1, finishedAt: ago(1_000), startedAt: ago(500) });
    // Somebody stopped it once, and who was the monitor then did not hear of the start.
    hears('stop');
    hears('die', { exitCode: '7' });
    hears('start');
    await found;
    assert.deepEqual([one.readingOf('c1')?.crash?.exitCode, asked()], [7, 2]);
    assert.deepEqual(told, ['recovered: exit code 7; the engine started it again']);
    await settled();
  });

  it('marks each thing once for each container', async () => {
    const one = board();
    assert.deepEqual(
      [await claim(one, 'c1', 'x'), await claim(one, 'c1', 'x'), await claim(one, 'c2', 'x')],
      [true, false, true],
    );
  });

  it('has one monitor among several, and the next takes over when it goes', async () => {
    const times = { update: 1_000, stale: 2_000, retry: 20 };
    const leaders = new Set<number>();
    let most = 0;
    const begin = (number: number) => {
      const life = new AbortController();
      let begun: () => void = () => undefined;
      const leads = new Promise<void>((resolve) => (begun = resolve));
      const work = async (on: AbortSignal): Promise<void> => {
        leaders.add(number);
        most = Math.max(most, leaders.size);
        begun();
        await new Promise<void>((resolve) => on.addEventListener('abort', () => resolve(), { once: true }));
        leaders.delete(number);
      };
      return { life, leads, over: lead(join(dir, 'locks'), 'monitor', work, life.signal, times) };
    };
    const first = begin(1);
    await first.leads;
    const second = begin(2);
    first.life.abort();
    await second.leads;
    second.life.abort();
    await Promise.all([first.over, second.over]);
    assert.equal(most, 1);
  });
});

describe('a base image', () => {
  const layers = (...digests: string[]) => digests.map((digest) => ({ digest }));
  it('is under an image where all of its layers are at the bottom, or where nothing is known of it', () => {
    assert.ok(isBuiltOn(layers('a', 'b', 'c'), layers('a', 'b')));
    assert.ok(!isBuiltOn(layers('a', 'b', 'c'), layers('a', 'x')));
    assert.ok(isBuiltOn(layers('a'), []));
  });

  const name = 'registry.test/team/base:1';
  it('is outdated where its registry has another, and never where nothing can be compared', () => {
    const digest = (sum: string) => `registry.test/team/base@sha256:${sum}`;
    const table: readonly [readonly string[], string | null, boolean][] = [
      [[digest('a')], 'sha256:a', false],
      [[digest('a')], 'sha256:b', true],
      [[digest('a'), digest('b')], 'sha256:b', false],
      [[digest('a')], null, false],
      [[], 'sha256:b', false],
      [['registry.test/other/base@sha256:a'], 'sha256:b', false],
    ];
    for (const [here, there, wanted] of table) assert.equal(isOutdated(name, here, there), wanted, String(here));
  });

  it('is asked for in its registry once in six hours, and again soon after one that was given up', async () => {
    let asked = 0;
    const engine = {
      registryDigest: () => ((asked += 1) === 1 ? Promise.reject(new Error('given up')) : Promise.resolve('sha256:b')),
      inspectImage: () => Promise.resolve({ digests: ['registry.test/team/base@sha256:a'] }),
    } as unknown as Engine;
    const bases = new BaseImages();
    const spec = (base: string) => ({ labels: { [labels.spec]: JSON.stringify({ base_image: base }) } });
    const look = (steady: number, base = name, now: string | null = name) =>
      bases.newerInRegistry(engine, spec(base), () => Promise.resolve(now), steady);
    await assert.rejects(look(0));
    assert.deepEqual([await look(1), await look(6 * 3_600_000), asked], [name, name, 2]);
    assert.deepEqual([await look(6 * 3_600_000 + 1), asked], [name, 3]);
    assert.equal(await look(0, `${name}@sha256:a`), null, 'pinned by hand');
    assert.equal(await look(0, name, `${name}@sha256:a`), null, 'pinned by a lock file');
  });
});
