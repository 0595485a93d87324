import assert from 'node:assert/strict';
import { agentFactsOf, isOver, lifespanLabels, requireTime } from '../../../src/core/lifespan/lifespan';
import { settingsOf, usualSettings } from '../../../src/core/sandbox/agent-settings';
import { givenLimits, type AskedLimits } from '../../../src/core/sandbox/limits';

const nothing: AskedLimits = { cpus: undefined, memoryMb: undefined, pids: undefined, ttlSeconds: undefined };

describe('what an agent gets for a container of its own', () => {
  const { limits: ceiling } = settingsOf({ limits: { cpus: 2, memory: '1g', pids: 100, ttl: '2h' } });

  it('is the user’s ceiling where it asks for nothing, and less where it asks for less', () => {
    const hour = 3_600_000;
    assert.deepEqual(givenLimits(nothing, ceiling), {
      cpus: 2,
      memoryMb: 1024,
      pids: 100,
      ttlMs: 2 * hour,
      notices: [],
    });
    const less = givenLimits({ cpus: 1, memoryMb: 64, pids: 16, ttlSeconds: 3600 }, ceiling);
    assert.deepEqual(less, { cpus: 1, memoryMb: 64, pids: 16, ttlMs: hour, notices: [] });
    assert.equal(givenLimits(nothing, usualSettings.limits).ttlMs, 24 * hour, 'no container lives for ever');
  });

  it('is never more, and each thing that is cut is said with the ceiling', () => {
    const { notices, ...given } = givenLimits(
      { cpus: 64, memoryMb: 10 ** 6, pids: 10 ** 6, ttlSeconds: 10 ** 6 },
      ceiling,
    );
    assert.deepEqual({ ...given, notices: [] }, givenLimits(nothing, ceiling));
    assert.deepEqual(
      notices.map((notice) => /^(\w+) is (\S+)/.exec(notice)?.slice(1)),
      [
        ['cpus', '2,'],
        ['memory', '1024'],
        ['pids', '100,'],
        ['ttl', '7200'],
      ],
    );
  });

  it('is not guessed at where the user’s file is wrong', () => {
    for (const wrong of [
      { limit: {} },
      { limits: { ttl: 'soon' } },
      { limits: { memory: '1k' } },
      { limits: { cpus: 0 } },
      [],
      'x',
    ])
      assert.throws(() => settingsOf(wrong), { code: 'settings_invalid' }, JSON.stringify(wrong));
    assert.deepEqual(settingsOf(null), usualSettings, 'an empty file says nothing');
  });
});

describe('the time of an agent’s container', () => {
  const agent = { ttlMs: 60_000 };

  it('stands in its labels, and is no longer for one that takes its place', () => {
    const made = lifespanLabels(agent, null, 0);
    const facts = { expires: '1970-01-01T00:01:00.000Z' };
    assert.deepEqual(agentFactsOf({ labels: made }), facts);
    assert.deepEqual(lifespanLabels(agent, { agent: facts }, 50_000), made);
    assert.equal(agentFactsOf({ labels: lifespanLabels(undefined, null) }), null, 'a project’s has none');
  });

  it('is over at the instant, for an agent’s container alone', () => {
    const row = { name: 'a', agent: { expires: '1970-01-01T00:01:00.000Z' } };
    assert.deepEqual([isOver(row, 59_999), isOver(row, 60_000), isOver({}, 60_000)], [false, true, false]);
    assert.throws(() => requireTime(row), { code: 'container_expired' });
  });
});
