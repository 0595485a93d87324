import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCore } from '../../../src/core/create';
import type { EngineEvent } from '../../../src/core/engine/types';
import { silentLogger } from '../../../src/core/log';
import { apartAfter, confirmDue, Looks, type LooksPaces } from '../../../src/core/projects/looks';
import type { ProjectsSnapshot } from '../../../src/core/projects/types';
import type { Core } from '../../../src/core/types';
import { REPOSITORY } from '../../harness/paths';
import { addProjects } from '../../standin-engine/projects';
import { StandInEngine } from '../../standin-engine/standin-engine';
import { takeTellings } from './tellings';

describe('the snapshot, of many projects', () => {
  let root: string;
  let engine: StandInEngine;
  let core: Core;
  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'berth-looks-'));
    engine = await StandInEngine.open(join(root, 'engine.sock'));
    const home = join(root, 'home');
    await addProjects(engine, { root, home, count: 30 });
    const env = { BERTH_HOME: home, DOCKER_HOST: engine.address };
    core = createCore({ log: silentLogger, actor: 'user', env, installation: REPOSITORY });
    core.projects.watch();
    await once((snapshot) => snapshot.loaded);
    while (engine.listening === 0) await new Promise((resolve) => setImmediate(resolve));
  });
  after(async () => {
    core.dispose();
    await engine.dispose();
    rmSync(root, { recursive: true });
  });

  /** The snapshot as soon as it is so. */
  const once = (fits: (snapshot: ProjectsSnapshot) => boolean): Promise<ProjectsSnapshot> =>
    new Promise((resolve) => {
      const look = () => {
        if (!fits(core.projects.snapshot)) return;
        heard.dispose();
        resolve(core.projects.snapshot);
      };
      const heard = core.projects.onDidChange(look);
      look();
    });
  const stopped = ({ rows }: ProjectsSnapshot) => rows.filter(({ state }) => state === 'stopped').length;

  it('believes events that say all without a question, and keeps the rows of all others as they were', async () => {
    const before = core.projects.snapshot;
    // An engine that answers no question for a while.
    engine.delayMs = 10_000;
    for (const container of engine.containers.slice(0, 20)) engine.emit(container, 'die', { exitCode: '143' });
    const after = await once((snapshot) => stopped(snapshot) === 20);
    engine.delayMs = 0;
    const same = after.rows.filter((row) => before.rows.includes(row));
    assert.equal(same.length, 10);
  });

  it('tells of a storm to its last event, though it is heard at ever greater distances', async function () {
    this.timeout(30_000);
    for (const container of engine.containers) engine.emit(container, 'start');
    await once((snapshot) => stopped(snapshot) === 0);
    for (let step = 1; step <= 4; step += 1) {
      const some = engine.containers.slice(0, step * 5);
      for (const container of some) engine.emit(container, 'start');
      for (const container of some) engine.emit(container, 'die', { exitCode: '143' });
      await once((snapshot) => stopped(snapshot) === some.length);
    }
  });
});

describe('what events say of projects', () => {
  const event = { type: 'container', action: 'die', id: 'c', attributes: {}, time: 1 } as const;
  const many = Array.from({ length: 20 }, (_, index) => `project-${index}`);
  const never = 2 ** 30;
  const paces: LooksPaces = {
    gather: 0,
    many: 1,
    slow: never,
    read: 0,
    fast: never,
    confirm: never,
    confirmWithin: never,
  };
  const failed = (error: unknown) => {
    throw error;
  };

  const look = () => Promise.resolve();

  it('is looked at by one look for all of a moment', async () => {
    const stop = new AbortController();
    const looked = await new Promise<ReadonlyMap<string, EngineEvent>>((resolve) => {
      const look = (events: ReadonlyMap<string, EngineEvent>) => {
        resolve(events);
        return Promise.resolve();
      };
      const of = { tell: (events: ReadonlyMap<string, EngineEvent>) => events, look };
      const looks = new Looks(of, { ...paces, gather: never }, stop.signal, failed);
      for (const id of many) looks.add(id, event);
    });
    stop.abort();
    assert.deepEqual([...looked.keys()], many);
  });

  it('is looked at later where it says all, with what came meanwhile', async () => {
    const stop = new AbortController();
    const none = new Map<string, EngineEvent>();
    const told: string[][] = [];
    const looked = await new Promise<ReadonlyMap<string, EngineEvent>>((resolve) => {
      const look = (events: ReadonlyMap<string, EngineEvent>) => {
        resolve(events);
        return Promise.resolve();
      };
      const tell = (events: ReadonlyMap<string, EngineEvent>) => {
        told.push([...events.keys()]);
        if (told.length === 1) looks.add('second', event);
        return none;
      };
      const looks = new Looks({ tell, look }, { ...paces, confirm: 200, confirmWithin: 200 }, stop.signal, failed);
      looks.add('first', event);
    });
    stop.abort();
    assert.deepEqual(told, [['first'], ['second']]);
    assert.deepEqual([...looked.keys()], ['first', 'second']);
  });

  it('is looked at in a storm that does not end', async () => {
    const stop = new AbortController();
    const none = new Map<string, EngineEvent>();
    await new Promise<void>((resolve) => {
      const look = () => {
        resolve();
        return Promise.resolve();
      };
      // Each telling brings the next, so that there never is a calm.
      const tell = () => {
        looks.add('another', event);
        return none;
      };
      const looks = new Looks({ tell, look }, { ...paces, gather: 1, confirmWithin: 20 }, stop.signal, failed);
      looks.add('first', event);
    });
    stop.abort();
  });

  it('is told farther apart with each telling of a storm, and as before where it is few', () => {
    const { gather, many, slow } = { gather: 250, many: 5, slow: 1_000 };
    // How many were told of, after how long, how far apart tellings were; and how far they are then.
    const table: readonly (readonly [number, number, number, number])[] = [
      [1, Number.POSITIVE_INFINITY, 250, 250],
      [1, 250, 250, 250],
      [2, 250, 250, 350],
      [3, 500, 500, 700],
      [10, 1_000, 1_000, 1_000],
      [4, 1_000, 1_000, 250],
      [3, 1_500, 1_000, 250],
    ];
    for (const [told, since, apart, wanted] of table) {
      assert.equal(apartAfter(told, since, apart, { gather, many, slow }), wanted, `${told} in ${since}`);
    }
  });

  it('is looked at when no more is told, never between two tellings of a storm, and at the latest when it has to be', () => {
    const [told, by] = [5_000, 15_000];
    for (const apart of [250, 700, 1_000]) {
      const due = confirmDue(told, apart, by, { confirm: 750 });
      assert.ok(due > told + apart, `${apart}`);
      assert.ok(due <= told + 2_000, `${apart}`);
    }
    assert.equal(confirmDue(14_500, 1_000, by, { confirm: 750 }), by);
  });

  it('is not heard in a storm until what has gathered is due, and then told with what happened meanwhile', async () => {
    const stop = new AbortController();
    const { told, tell, tellings } = takeTellings();
    const over = async ({ rest }: Looks): Promise<void> => {
      assert.ok(rest !== undefined);
      await rest;
    };
    const looks = new Looks({ tell, look }, { ...paces, gather: 100, many: Number.MIN_VALUE }, stop.signal, failed);
    looks.add('alone', event);
    assert.equal(looks.rest, undefined);
    await tellings(1);
    // Two tellings that are not far apart make a storm.
    looks.add('soon', event);
    assert.equal(looks.rest, undefined);
    await tellings(2);
    looks.add('first', event);
    looks.add('second', event);
    await over(looks);
    looks.add('meanwhile', event);
    assert.equal(looks.rest, undefined);
    await tellings(3);
    assert.deepEqual(told, [['alone'], ['soon'], ['first', 'second', 'meanwhile']]);
    looks.add('last', event);
    const rest = over(looks);
    stop.abort();
    // Whoever waits for it finds that it is all over.
    await rest;
    assert.equal(told.length, 3);
  });

  it('is heard as it comes in a storm of more than an engine would keep', async () => {
    const stop = new AbortController();
    const { told, tell, tellings } = takeTellings();
    const storm = { ...paces, gather: 20, many: Number.MIN_VALUE, fast: many.length };
    const looks = new Looks({ tell, look }, storm, stop.signal, failed);
    for (let step = 1; step <= 3; step += 1) {
      for (const id of many) looks.add(id, event);
      assert.equal(looks.rest, undefined);
      await tellings(step);
    }
    stop.abort();
    assert.deepEqual(told, [many, many, many]);
  });

  it('is told sooner of few than of a storm', async () => {
    const stop = new AbortController();
    const all = 30;
    /** Tellings of one event each, which follows the one before at once; and when all have come. */
    const tellings = (many: number) => {
      const seen = { told: 0 };
      const done = new Promise<void>((resolve) => {
        const tell = () => {
          seen.told += 1;
          if (seen.told === all) resolve();
          else looks.add('next', event);
          return new Map<string, EngineEvent>();
        };
        const looks = new Looks({ tell, look }, { ...paces, gather: 1, many }, stop.signal, failed);
        looks.add('first', event);
      });
      return { seen, done };
    };
    const storm = tellings(Number.MIN_VALUE);
    await tellings(never).done;
    stop.abort();
    assert.ok(storm.seen.told > 1 && storm.seen.told < all, `${storm.seen.told}`);
  });
});
