import assert from 'node:assert/strict';
import type { HealthReason, ReasonCode } from '../../../src/core/model';
import { reasonHealth } from '../../../src/core/model';
import { commandIds } from '../../../src/editor/commands/ids';
import { needsAttention, verdictOf } from '../../../src/editor/rows/condition';
import { projectLook } from '../../../src/editor/rows/project-look';
import { healthDocument, remedyFor, useText } from '../../../src/editor/rows/reasons';
import { statusLook } from '../../../src/editor/rows/status-look';
import { now, row } from './rows';

const reason = (code: ReasonCode, message: string, snoozed: string | null = null): HealthReason => ({
  ...{ code, health: reasonHealth[code], message, since: '2026-11-21T11:00:00Z', snoozed },
});
const facts = { engineLost: false, busy: undefined, here: true, now };
const high = row({
  health: 'degraded',
  detail: 'memory 93 % for 5 min',
  reasons: [reason('memory_high', 'memory 93 % for 5 min'), reason('too_old', 'older than 72 h: 3 d', '2026-11-22')],
  stale: [{ code: 'too_old', message: 'older than 72 h: 3 d', since: null }],
  use: {
    ...{ cpuPercent: 12.4, memoryBytes: 93 * 2 ** 20, memoryPercent: 93, diskPercent: 40, pids: 7 },
  },
});

describe('reasons of health in the editor', () => {
  it('each have a remedy whose command exists', () => {
    const ids = new Set<string>(commandIds);
    for (const code of Object.keys(reasonHealth) as ReasonCode[]) assert.ok(ids.has(remedyFor(code).command), code);
    assert.equal(remedyFor('too_old').label, 'Refresh');
  });

  it('stand in the row’s tooltip with what was used and what to do, and what was put off is marked', () => {
    const { tooltip, description, context } = projectLook({ ...facts, row: high });
    assert.equal(description, 'degraded: memory 93 % for 5 min · python');
    assert.match(tooltip, /\| Degraded because \| memory 93 % for 5 min \|/);
    assert.match(tooltip, /\| Stale because \| older than 72 h: 3 d \\\(put off\\\) \|/);
    assert.match(tooltip, /\| Use \| cpu 12 %, memory 93\\.0 MiB \\\(93 %\\\), disk 40 %, 7 processes \|/);
    assert.match(tooltip, /End what uses it/);
    assert.match(context, /\bstale\b/);
  });

  it('stand in the status bar’s tooltip, but for those that were put off', () => {
    const look = statusLook({ ...facts, row: high, name: high.name, actions: [] });
    assert.deepEqual([look?.text, look?.background], ['$(warning) hello-python: degraded', 'warning']);
    assert.match(look?.tooltip ?? '', /- memory 93 % for 5 min\n\nEnd what uses it/);
    assert.ok(!(look?.tooltip ?? '').includes('older than'));
  });

  it('count for nothing once all were put off', () => {
    const off = row({ reasons: [reason('too_old', 'older', '2026-11-22')], stale: high.stale, health: 'healthy' });
    assert.equal(needsAttention(off), false);
    assert.equal(verdictOf(off, undefined), 'healthy');
  });

  it('are told one by one behind Why?', () => {
    const text = healthDocument(high, (instant) => instant.slice(0, 10));
    assert.match(
      text,
      /^# hello\\-python is degraded\n\n## memory 93 % for 5 min\n\ndegraded: `memory_high` \(since 2026-11-21\)\./,
    );
    assert.match(text, /Put off until 2026-11-22\./);
    assert.match(text, /72 hours of age, 80 % of the disk and 90 % of its memory/);
    assert.match(healthDocument(row(), String), /Nothing is known against it/);
  });

  it('say nothing of use where nobody probed, and show memory in the row of a healthy one', () => {
    assert.equal(useText(row()), '');
    const { description } = projectLook({ ...facts, row: row({ use: high.use }) });
    assert.equal(description, 'healthy · 93 % mem · 3 h · python');
    const changed = new Date(facts.now).toISOString();
    const fresh = projectLook({ ...facts, row: row({ use: high.use, changed }) });
    assert.equal(fresh.description, 'healthy · 93 % mem · python');
  });
});
