import assert from 'node:assert/strict';
import { errorCodes } from '../../../src/core/errors';
import { ageOf, durationOf } from '../../../src/editor/rows/age';
import type { JournalEntry } from '../../../src/core/journal/entry';
import { happenings, newsBetween } from '../../../src/editor/rows/journal';
import type { Happening } from '../../../src/editor/rows/journal';
import { whyNot } from '../../../src/editor/commands/applies';
import { commandIds } from '../../../src/editor/commands/ids';
import { mendFor } from '../../../src/editor/notify/mend';
import { detailLine, stepText } from '../../../src/editor/notify/progress-text';
import { readDefinition } from '../../../src/editor/tasks/definition';
import { now, row } from './rows';

describe('what goes with an error', () => {
  it('is a command that exists, for every code that has a button', () => {
    const ids = new Set<string>([...commandIds, 'workbench.trust.manage']);
    for (const code of errorCodes) {
      const mend = mendFor(code);
      if (mend !== undefined) assert.ok(ids.has(mend.command), code);
    }
    assert.equal(mendFor('engine_unreachable')?.label, 'Run Doctor');
    assert.equal(mendFor('workspace_untrusted')?.label, 'Manage Trust');
  });
});

describe('a command that cannot run now', () => {
  it('says why', () => {
    assert.equal(whyNot('berth.stop', row(), false), null);
    assert.equal(whyNot('berth.stop', row({ state: 'stopped' }), false), 'hello-python is stopped already.');
    assert.equal(whyNot('berth.start', row(), false), 'hello-python is running already.');
    assert.equal(whyNot('berth.run', row({ state: 'crashed' }), false), 'hello-python is not running (crashed).');
    assert.match(whyNot('berth.run', row(), true) ?? '', /engine does not answer/);
    assert.equal(whyNot('berth.copySshCommand', row(), true), null);
    assert.equal(whyNot('berth.showOutput', row({ state: 'building', container: null }), false), null);
    assert.equal(whyNot('berth.run', row({ state: 'building' }), false), 'hello-python is not ready: building.');
    assert.match(whyNot('berth.remove', row({ state: 'absent', container: null }), false) ?? '', /no container yet/);
  });
});

describe('progress in words', () => {
  it('names a build’s step and count', () => {
    const step = { kind: 'build_step', index: 4, total: 9, status: 'started' } as const;
    assert.equal(stepText({ ...step, name: 'apt' }), 'apt (4/9)');
    assert.equal(stepText({ ...step, name: '[4/9] RUN --mount=type=cache apt-get install' }), 'apt-get install (4/9)');
    const named = '[2/5] RUN --mount=type=cache : berth base \\\n && apt-get update';
    assert.equal(stepText({ ...step, name: named }), 'base (4/9)');
    assert.equal(stepText({ ...step, name: 'RUN ["/bin/sh","-ec",": berth run 2\\ncurl x"]' }), 'run 2 (4/9)');
    assert.equal(detailLine({ ...step, name: 'apt', status: 'done', ms: 1500 }), '[4/9] done · 1.5 s');
    assert.equal(detailLine({ ...step, name: named, status: 'cached' }), '[4/9] base · cached');
  });

  it('says how far a pull is', () => {
    const whole = { layers: { done: 3, total: 7 }, bytes: { done: 41e6, total: 120e6 } };
    assert.equal(
      stepText({ kind: 'pull', image: 'debian', layer: 'x', status: '', ...whole }),
      'pulling the base image: 3/7 layers, 41 of 120 MB',
    );
  });
});

describe('times', () => {
  it('are told in the largest unit', () => {
    const ages = ['2026-11-21T11:59:30Z', '2026-11-21T11:50:00Z', '2026-11-18T12:00:00Z', 'nonsense', null];
    assert.deepEqual(
      ages.map((instant) => ageOf(instant, now)),
      ['now', '10 min', '3 d', '', ''],
    );
    const minutes = [1, 9, 10, 14, 15, 59].map((age) => ageOf(new Date(now - age * 60_000).toISOString(), now));
    assert.deepEqual(minutes, ['1 min', '9 min', '10 min', '10 min', '15 min', '55 min']);
    assert.deepEqual([40, 420, 61_000].map(durationOf), ['40 ms', '0.4 s', '1 min 1 s']);
  });
});

describe('activity', () => {
  const snapshot = { version: 1, rows: [row()], engine: 'connected', loaded: true } as const;

  it('tells what changed between two looks, and nothing of the first', () => {
    assert.deepEqual(newsBetween({ ...snapshot, rows: [], loaded: false }, snapshot), []);
    assert.deepEqual(newsBetween(snapshot, snapshot), []);
    const texts = (after: Parameters<typeof newsBetween>[1]) => newsBetween(snapshot, after).map(({ text }) => text);
    assert.deepEqual(texts({ ...snapshot, rows: [row({ state: 'stopped', health: 'unknown' })] }), ['stopped']);
    assert.deepEqual(texts({ ...snapshot, rows: [] }), ['container gone']);
    const building = { ...snapshot, rows: [row({ state: 'building', container: null })] } as const;
    assert.deepEqual(texts(building), [], 'what is on its way is no news');
    assert.deepEqual(newsBetween(building, { ...snapshot, rows: [] }), []);
    assert.deepEqual(texts({ ...snapshot, engine: 'unreachable' }), ['Engine lost']);
  });

  const entry: JournalEntry = {
    at: '2026-11-21T12:00:30.000Z',
    actor: 'cli',
    kind: 'removed',
    project: { id: row().id, name: row().name },
    container: 'c1',
    template: 'python',
    cause: 'volumes kept',
    ms: 1200,
    code: null,
  };
  const news = (at: string, change = true): Happening => {
    return { id: at, at: Date.parse(at), project: row().name, text: 'container gone', icon: 'trash', change };
  };

  it('is one list of what the journal says and what this window noticed, newest first', () => {
    const [early, late] = [news('2026-11-21T11:00:00Z'), news('2026-11-21T13:00:00Z')];
    assert.deepEqual(
      happenings([entry], [late, early]).map(({ text, by }) => [text, by]),
      [
        ['container gone', undefined],
        ['removed: volumes kept', 'the command line'],
        ['container gone', undefined],
      ],
    );
  });

  it('does not tell twice what the journal explains, but always what it cannot', () => {
    const during = '2026-11-21T12:00:29.000Z';
    assert.equal(happenings([entry], [news(during)]).length, 1);
    assert.equal(happenings([entry], [news(during, false)]).length, 2);
    assert.equal(happenings([{ ...entry, project: { id: 'x', name: 'other' } }], [news(during)]).length, 2);
  });
});

describe('a task of tasks.json', () => {
  it('is read with what it may say', () => {
    const read = readDefinition({ type: 'berth', command: 'make', cwd: 'src', env: { A: 1 } });
    assert.deepEqual(read, { command: 'make', cwd: 'src', env: { A: '1' } });
    assert.equal(readDefinition({ type: 'berth', command: ' ' }), null);
    assert.equal(readDefinition({ type: 'berth' }), null);
  });
});
