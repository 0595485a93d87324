import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import type {
  ContainerSummary,
  Engine,
  EngineConnection,
  EngineEvent,
  EngineStatus,
} from '../../../src/core/engine/types';
import { createHome } from '../../../src/core/home';
import { Emitter } from '../../../src/core/lifetime';
import { ProjectStore } from '../../../src/core/projects/store';
import { projectId, summary } from './summaries';

const running = summary('current', { status: 'Up 1 second' });
const stopped = summary('current', { state: 'exited', status: 'Exited (143) 1 second ago' });

const died: EngineEvent = {
  type: 'container',
  action: 'die',
  id: running.id,
  attributes: { exitCode: '143' },
  time: 1,
};

/** An engine whose lists are answered by hand, in whatever order: a late answer cannot be had from a real one on demand. */
function lateEngine() {
  const asked: ((list: ContainerSummary[]) => void)[] = [];
  const waiting: (() => void)[] = [];
  const engine = {
    info: { id: 'e1' },
    // What it says of itself is never late.
    inspectContainer: () => Promise.resolve({ ...running, state: 'exited', status: 'Exited (1) 1 second ago' }),
    listContainers: () =>
      new Promise<ContainerSummary[]>((answer) => {
        asked.push(answer);
        for (const go of waiting.splice(0)) go();
      }),
  } as unknown as Engine;
  const question = async (index: number): Promise<(list: ContainerSummary[]) => void> => {
    while (asked[index] === undefined) await new Promise<void>((go) => waiting.push(go));
    return asked[index];
  };
  return { engine, question };
}

describe('the snapshot of projects, when answers overtake each other', () => {
  let home: string;
  before(() => {
    home = mkdtempSync(join(tmpdir(), 'berth-store-'));
  });
  after(() => rmSync(home, { recursive: true }));
  const storeOf = (status = new Emitter<EngineStatus>()) => {
    const connection = { status: { kind: 'connected' }, onDidChangeStatus: status.event };
    const log = { log: () => undefined };
    return new ProjectStore(
      createHome({ BERTH_HOME: home }),
      connection as unknown as EngineConnection,
      () => Promise.resolve({ stale: [], ports: null }),
      log,
    );
  };
  const states = (store: ProjectStore) => store.snapshot.rows.map(({ state }) => state);

  it('keeps what a later look at one project found, whatever an earlier one says', async () => {
    const store = storeOf();
    const { engine, question } = lateEngine();
    const earlier = store.loadOne(engine, projectId);
    const answerEarlier = await question(0);
    const later = store.loadOne(engine, projectId);
    (await question(1))([stopped]);
    await later;
    answerEarlier([running]);
    await earlier;
    assert.deepEqual(states(store), ['stopped']);
  });

  it('takes from a look all but what an event has told since it began', async () => {
    const store = storeOf();
    const { engine, question } = lateEngine();
    const first = store.loadOne(engine, projectId);
    (await question(0))([running]);
    await first;
    const whole = store.load(engine);
    const answer = await question(1);
    store.tell(new Map([[projectId, died]]));
    assert.deepEqual(states(store), ['stopped']);
    answer([{ ...running, image: 'berth/python:fedcba' }]);
    await whole;
    assert.deepEqual([states(store), store.snapshot.rows[0]?.image], [['stopped'], 'berth/python:fedcba']);
  });

  it('believes an end before the list does, whoever looks, and says that the list was late', async () => {
    const store = storeOf();
    const { engine, question } = lateEngine();
    const long = { ...running, status: 'Up 3 hours' };
    // Of an end that nobody asked for the event does not say what it means: a look has to tell, and it must not say `running`.
    const crashed = { ...died, attributes: { exitCode: '1' } };
    for (const [index, event] of [died, crashed].entries()) {
      store.note(event);
      for (const [nth, looked] of [event, undefined].entries()) {
        const early = store.loadOne(engine, projectId, looked);
        (await question(index * 3 + nth))([long]);
        await early;
        assert.deepEqual(states(store), [event === died ? 'stopped' : 'crashed']);
        assert.equal(store.lateEnd(projectId), event);
      }
      const late = store.loadOne(engine, projectId);
      (await question(index * 3 + 2))([stopped]);
      await late;
      assert.deepEqual([states(store), store.lateEnd(projectId)], [['stopped'], null]);
    }
  });

  it('believes a list that shows it running after an end, where its start was told since', async () => {
    const store = storeOf();
    const { engine, question } = lateEngine();
    store.note(died);
    store.note({ ...died, action: 'start', attributes: {} });
    const look = store.loadOne(engine, projectId);
    (await question(0))([running]);
    await look;
    assert.deepEqual([states(store), store.lateEnd(projectId)], [['running'], null]);
  });

  it('lets go of all rows where another engine is chosen, and of what the one before still answers', async () => {
    const status = new Emitter<EngineStatus>();
    const store = storeOf(status);
    const { engine, question } = lateEngine();
    const first = store.load(engine);
    (await question(0))([running]);
    await first;
    const late = store.load(engine);
    const answer = await question(1);
    status.fire({ kind: 'connecting', last: null });
    assert.deepEqual([states(store), store.snapshot.loaded], [[], false]);
    answer([running]);
    await late;
    assert.deepEqual([states(store), store.snapshot.loaded], [[], false]);
  });

  it('does not bring back by an old list a project that was removed meanwhile', async () => {
    const store = storeOf();
    const { engine, question } = lateEngine();
    const whole = store.load(engine);
    const answerWhole = await question(0);
    const one = store.loadOne(engine, projectId);
    (await question(1))([]);
    await one;
    answerWhole([running]);
    await whole;
    assert.deepEqual(states(store), []);
  });

  it('takes what a whole list says of all that nobody looked at since', async () => {
    const store = storeOf();
    const { engine, question } = lateEngine();
    const one = store.loadOne(engine, projectId);
    (await question(0))([running]);
    await one;
    const whole = store.load(engine);
    (await question(1))([]);
    await whole;
    assert.deepEqual(states(store), []);
  });

  it('judges anew at each whole list what the time alone changes, also of a line that reads as before', async () => {
    const store = storeOf();
    const { engine, question } = lateEngine();
    const [young, clock] = [{ ...running, created: new Date().toISOString() }, Date.now];
    const codes = () => store.snapshot.rows.flatMap(({ reasons }) => reasons.map(({ code }) => code));
    const looked = async (index: number): Promise<readonly string[]> => {
      const look = store.load(engine);
      (await question(index))([young]);
      await look;
      return codes();
    };
    try {
      assert.deepEqual(await looked(0), []);
      Date.now = () => clock() + 30 * 86_400_000;
      assert.deepEqual(await looked(1), ['too_old']);
    } finally {
      Date.now = clock;
    }
  });
});
