import assert from 'node:assert/strict';
import type { ContainerSummary } from '../../../src/core/engine/types';
import { labels } from '../../../src/core/model';
import { representative, rowOf } from '../../../src/core/projects/rows';
import type { RowFacts } from '../../../src/core/projects/rows';
import { projectId, summary } from './summaries';

/** Three hours after the container was made. */
const facts: RowFacts = { engine: 'e1', stale: [], now: Date.parse('2026-01-01T03:00:00Z') };

describe('a project’s row', () => {
  it('carries what the labels say', () => {
    const row = rowOf(summary(), facts);
    assert.deepEqual(
      [row.id, row.name, row.folder, row.template, row.generation, row.user, row.workspacePath, row.alias],
      [projectId, 'api', '/src/api', 'python', 3, 'dev', '/code', 'berth-api-abcdef'],
    );
  });

  const states: [string, Partial<ContainerSummary>, Partial<RowFacts>, string, string][] = [
    ['running without a health check', {}, {}, 'running', 'healthy'],
    ['running, check passed', { health: 'healthy' }, {}, 'running', 'healthy'],
    ['running, check not yet made', { health: 'starting' }, {}, 'running', 'unknown'],
    ['running, check fails', { health: 'unhealthy' }, {}, 'running', 'unhealthy'],
    ['made, never started', { state: 'created', status: 'Created' }, {}, 'creating', 'unknown'],
    ['stopped by TERM', { state: 'exited', status: 'Exited (143) 2 minutes ago' }, {}, 'stopped', 'unknown'],
    ['stopped by force', { state: 'exited', status: 'Exited (137) 2 minutes ago' }, {}, 'stopped', 'unknown'],
    [
      'out of memory',
      { state: 'exited', status: 'Exited (137) 1 second ago' },
      { close: { oomKilled: true, restarts: 0, finishedAt: null, healthCommand: null } },
      'crashed',
      'unhealthy',
    ],
    ['ended by an error', { state: 'exited', status: 'Exited (3) 1 second ago' }, {}, 'crashed', 'unhealthy'],
    ['being started again', { state: 'restarting', status: 'Restarting (1) 1 second ago' }, {}, 'crashed', 'unhealthy'],
    ['going away', { state: 'removing', status: 'Removal In Progress' }, {}, 'removing', 'unknown'],
    ['paused', { state: 'paused', status: 'Up 1 hour (Paused)' }, {}, 'stopped', 'unknown'],
    ['dead', { state: 'dead', status: 'Dead' }, {}, 'crashed', 'unhealthy'],
    ['being removed by this process', {}, { activity: 'removing' }, 'removing', 'unknown'],
  ];
  for (const [what, change, more, state, health] of states) {
    it(`${what}: ${state}, ${health}`, () => {
      const row = rowOf(summary('current', change), { ...facts, ...more });
      assert.deepEqual([row.state, row.health], [state, health]);
    });
  }

  it('is stale with the first reason as its detail, but unhealthy comes first', () => {
    const stale = [{ code: 'template_changed', message: 'template changed: packages.apt +1', since: null }] as const;
    assert.equal(rowOf(summary(), { ...facts, stale }).health, 'stale');
    assert.equal(rowOf(summary(), { ...facts, stale }).detail, 'template changed: packages.apt +1');
    assert.equal(rowOf(summary('current', { health: 'unhealthy' }), { ...facts, stale }).health, 'unhealthy');
  });

  it('forwards the ports that its template declares now, and keeps those that the engine publishes', () => {
    const port = (number: number, publish = false, host = number) => ({ port: number, host, publish });
    const made = summary(
      'current',
      {},
      { [labels.spec]: JSON.stringify({ ports: [port(80, true), port(3000), port(5000)] }) },
    );
    const ports = (now: ReturnType<typeof port>[] | null) =>
      rowOf(made, { ...facts, ports: now }).ports.map(
        (one) => `${one.host}:${one.port}${one.publish ? ' published' : ''}`,
      );
    assert.deepEqual(ports(null), ['80:80 published', '3000:3000', '5000:5000']);
    assert.deepEqual(ports([port(3000, false, 3001), port(4000)]), ['80:80 published', '3001:3000', '4000:4000']);
    assert.deepEqual(ports([port(80), port(5000, true)]), ['80:80 published', '5000:5000']);
  });

  it('forwards what the engine cannot publish for want of a network, and passes over what is no port', () => {
    const ports = [{ port: 80, host: 8080, publish: true }, 'x', { port: '1' }, null];
    const spec = JSON.stringify({ ports, security: { network: 'none' } });
    assert.deepEqual(rowOf(summary('current', {}, { [labels.spec]: spec }), facts).ports, [
      { port: 80, host: 8080, publish: false },
    ]);
  });

  it('shows the current container, in the middle of a switch the former one, and never one that was put aside', () => {
    const [current, next, prev, undo] = [summary('current'), summary('next'), summary('prev'), summary('undo')];
    assert.equal(representative([next, prev, current]), current);
    assert.equal(representative([next, prev]), prev);
    assert.equal(representative([next]), next);
    assert.equal(representative([undo]), null);
    assert.equal(representative([]), null);
  });
});
