import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentFactsOf, withEnd } from '../../../src/core/lifespan/lifespan';
import { laterEndFile, lifespanWatcher } from '../../../src/core/lifespan/watcher';
import { settingsOf } from '../../../src/core/sandbox/agent-settings';
import { isServing, planWarm } from '../../../src/core/sandbox/warm/plan';
import {
  beginGoing,
  forgetTaken,
  placeOf,
  readWaiting,
  slotOf,
  take,
  takenFor,
  waitingSlots,
  writeWaiting,
  type WarmRecord,
} from '../../../src/core/sandbox/warm/records';

const hour = 3_600_000;
const at = (ms: number): string => new Date(ms).toISOString();
const record = (slot: string, more: Partial<WarmRecord> = {}): WarmRecord => ({
  ...{ slot, project: slot, template: 'base', made: at(0), ends: at(hour), ready: true },
  ...more,
});

describe('what the warm pool has to come to', () => {
  const wish = { template: 'base', ready: 2, ttl: hour };
  const plan = (records: readonly WarmRecord[], wishes = [wish], now = 0, ill: readonly string[] = []) => {
    const serving = new Set(records.map(({ slot }) => slot).filter((slot) => !ill.includes(slot)));
    const { goes, missing } = planWarm(records, serving, wishes, now);
    return [goes.map(({ slot }) => slot), missing.map(({ count }) => count)];
  };

  it('is as many as are wanted: what is not fit goes and is made up for, of too many the oldest go', () => {
    const three = ['a', 'b', 'c'].map((slot) => record(slot));
    assert.deepEqual(plan([]), [[], [2]]);
    assert.deepEqual(plan(three), [['a'], []]);
    assert.deepEqual(plan(three, [wish], 0, ['b']), [['b'], []]);
    assert.deepEqual(plan([record('a', { ready: false }), record('b')]), [['a'], [1]]);
    assert.deepEqual(plan([record('a')], [wish], hour - 60_000), [['a'], [2]], 'its time is nearly over');
    assert.deepEqual(plan([record('a', { template: 'node' })]), [['a'], [2]], 'nobody wants it');
    assert.deepEqual(plan(three, []), [['a', 'b', 'c'], []], 'the user wants none');
    assert.deepEqual(plan(three, [{ ...wish, ready: 0 }]), [['a', 'b', 'c'], []]);
  });

  it('hands out none that has died, is ill, or is not what its template says now', () => {
    const row = { state: 'running', health: 'healthy', stale: [] } as const;
    const stale = [{ code: 'template_changed', message: '', since: null }] as const;
    assert.deepEqual(
      [
        row,
        { ...row, health: 'unhealthy' as const },
        { ...row, state: 'crashed' as const },
        { ...row, stale },
        null,
      ].map(isServing),
      [true, false, false, false, false],
    );
  });

  it('is nothing, and no more than eight in all, by the user’s settings', () => {
    assert.deepEqual(settingsOf({}).warm, []);
    assert.deepEqual(settingsOf({ warm: [{ template: 'base', ready: 1, ttl: '1h' }] }).warm, [{ ...wish, ready: 1 }]);
    const one = { template: 'base', ready: 5 };
    for (const wrong of [
      [{ ...one, ready: 9 }],
      [one, one],
      [one, { ...one, template: 'go' }],
      [{ ...one, ttl: '1m' }],
    ])
      assert.throws(() => settingsOf({ warm: wrong }), { code: 'settings_invalid' }, JSON.stringify(wrong));
  });
});

describe('taking a container of the warm pool', () => {
  const dir = mkdtempSync(join(tmpdir(), 'berth-warm-'));
  const home = { dir };
  after(() => rmSync(dir, { recursive: true }));

  it('is done by one of all who try, for one key, and what goes cannot be taken', async () => {
    for (const slot of ['a', 'b']) {
      await mkdir(placeOf(dir, slot).folder, { recursive: true });
      await writeWaiting(home, record(slot, { made: at(slot === 'a' ? 0 : 1) }));
    }
    assert.deepEqual(
      (await readWaiting(home)).map(({ slot }) => slot),
      ['a', 'b'],
    );
    const hidden = (slot: string): boolean => waitingSlots(home).has(slotOf(placeOf(dir, slot).folder) ?? '');
    assert.equal(hidden('a'), true);
    assert.equal(slotOf('/home/me/a'), null, 'a folder of the user’s own');
    const tries = await Promise.all(['one', 'two', 'three', 'four'].map((name) => take(home, 'a', name)));
    assert.deepEqual(tries.filter(Boolean), [true]);
    assert.equal(hidden('a'), false, 'it is listed from then on');
    const [won = ''] = ['one', 'two', 'three', 'four'].filter((_, index) => tries[index]);
    assert.equal(await takenFor(home, won), 'a');
    assert.deepEqual([await beginGoing(home, 'a'), await beginGoing(home, 'b')], [false, true]);
    assert.equal(hidden('b'), true, 'what goes is not listed either');
    assert.equal(await take(home, 'b', 'five'), false);
    await forgetTaken(home, 'a');
    assert.equal(await takenFor(home, won), null);
  });
});

describe('the end of a container that waited', () => {
  it('is what its state says once it was taken, and its own watcher reads that', () => {
    const made = { labels: { 'dev.berth.kind': 'agent', 'dev.berth.expires': at(hour) } };
    const [same, later] = [
      withEnd([made], { ttlMs: 1 }),
      withEnd([made], { ttlMs: 1, client: 'x', expires: at(2 * hour) }),
    ];
    assert.deepEqual(
      [same, later].map(([one = made]) => agentFactsOf(one)?.expires),
      [at(hour), at(2 * hour)],
    );
    assert.equal(agentFactsOf(later[0] ?? made)?.client, 'x', 'and so is whose it is');
    assert.ok(lifespanWatcher(at(hour)).script.includes(laterEndFile(at(hour))));
    assert.notEqual(laterEndFile(at(hour)), laterEndFile(at(2 * hour)), 'an image of it says nothing to another');
  });
});
