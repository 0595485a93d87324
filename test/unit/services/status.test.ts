import assert from 'node:assert/strict';
import { parseStatus, servicesAtRest } from '../../../src/core/services/status';

describe('what the supervisor says of services', () => {
  const of = (facts: string) => {
    const [row] = parseStatus(`web ${facts}\n`);
    assert.ok(row !== undefined);
    return row;
  };
  const table: readonly [string, string, boolean][] = [
    // restarts, mark, port, check, began, now, then up, ready, wanted up, pid
    ['0 - - - 100 160 true false true 7', 'running', true],
    ['0 - - yes 100 160 true false true 7', 'starting', false],
    ['2 - 8080 yes 100 160 true true true 7', 'running', true],
    ['0 gate - - 0 160 true false true 7', 'waiting', false],
    ['3 backoff - - 100 160 true false true 7', 'restarting', false],
    ['3 - - - 100 160 false false true -1', 'restarting', false],
    ['5 failed - - 100 160 false false false -1', 'failed', false],
    ['0 - - - 100 160 false false false -1', 'stopped', false],
    ['0 - - - 100 160 true true false 7', 'stopping', false],
    ['0 - - - 0 160 ', 'unknown', false],
  ];
  for (const [facts, state, ready] of table) {
    it(`${facts}: ${state}`, () => assert.deepEqual([of(facts).state, of(facts).ready], [state, ready]));
  }

  it('has pid and up-time of one that runs only, and the port that its check asks', () => {
    const { pid, uptime, restarts, port } = of('2 - 8080 yes 100 160 true true true 7');
    assert.deepEqual([pid, uptime, restarts, port], [7, 60, 2, 8080]);
    const waits = of('0 gate - - 0 160 true false true 7');
    assert.deepEqual([waits.pid, waits.uptime, waits.port], [null, null, null]);
  });

  it('is nothing where nothing is supervised', () => assert.deepEqual(parseStatus(''), []));

  it('of a container that does not run is that they are stopped', () => {
    assert.deepEqual(
      servicesAtRest(['a', 'b']).map(({ name, state }) => [name, state]),
      [
        ['a', 'stopped'],
        ['b', 'stopped'],
      ],
    );
  });
});
