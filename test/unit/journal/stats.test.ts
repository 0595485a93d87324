import assert from 'node:assert/strict';
import type { HappeningKind, JournalEntry } from '../../../src/core/journal/entry';
import { beginSession } from '../../../src/core/journal/session';
import { journalStats } from '../../../src/core/journal/stats';

const start = Date.parse('2026-11-21T12:00:00Z');

/** An entry so many minutes into the story. */
function entry(minute: number, kind: HappeningKind, more: Partial<JournalEntry> = {}): JournalEntry {
  return {
    at: new Date(start + minute * 60_000).toISOString(),
    ...{ actor: 'cli', kind, project: { id: 'p1', name: 'api' }, container: 'c1', template: 'python' },
    ...{ cause: null, ms: 0, code: null },
    ...more,
  };
}
const p2 = { project: { id: 'p2', name: 'web' }, template: 'node' } as const;

describe('the journal’s statistics', () => {
  it('tell templates, refreshes with their causes, how long something was stale, crashes and sessions', () => {
    const story = [
      entry(0, 'created'),
      entry(1, 'created', p2),
      entry(10, 'stale', { code: 'too_old' }),
      entry(15, 'stale', { code: 'template_changed' }),
      entry(20, 'session_ended', { ms: 60_000 }),
      entry(30, 'replaced'),
      entry(40, 'replaced'),
      entry(50, 'stale', { ...p2, code: 'too_old' }),
      entry(54, 'replaced', p2),
      entry(60, 'session_ended', { ms: 180_000 }),
      entry(61, 'recovered'),
      entry(62, 'crashed'),
    ];
    const expected = {
      from: story[0]?.at ?? null,
      to: story.at(-1)?.at ?? null,
      entries: 12,
      templates: [
        { name: 'python', containers: 3 },
        { name: 'node', containers: 2 },
      ],
      staleToFresh: { count: 2, medianMs: 12 * 60_000, longestMs: 20 * 60_000 },
      refreshes: {
        count: 3,
        causes: [
          { code: 'too_old', count: 2 },
          { code: 'asked', count: 1 },
          { code: 'template_changed', count: 1 },
        ],
      },
      crashes: { recovered: 1, stayedDown: 1 },
      sessions: { count: 2, medianMs: 120_000, longestMs: 180_000, totalMs: 240_000 },
    };
    assert.deepEqual(journalStats(story), expected);
    assert.deepEqual(journalStats([...story].reverse()), expected, 'newest first, as it is read');
  });

  it('forget what was stale where the container was removed, and never tell of a negative time', () => {
    const removed = [
      entry(0, 'stale', { code: 'too_old' }),
      entry(1, 'removed'),
      entry(2, 'created'),
      entry(9, 'replaced'),
    ];
    const { staleToFresh, refreshes } = journalStats(removed);
    assert.deepEqual([staleToFresh.count, refreshes.causes], [0, [{ code: 'asked', count: 1 }]]);
  });

  it('say nothing of an empty journal', () => {
    const { from, templates, sessions, staleToFresh } = journalStats([]);
    assert.deepEqual([from, templates, sessions.count, staleToFresh.medianMs], [null, [], 0, null]);
  });
});

describe('a session', () => {
  it('is written down as it begins and, once, as it ends', async () => {
    const written: JournalEntry[] = [];
    const journal = { append: (one: JournalEntry) => Promise.resolve(void written.push(one)) };
    const { project, container, template } = entry(0, 'created');
    assert.ok(project !== null);
    const end = beginSession(journal, { actor: 'user', project, container, template, road: 'ssh' });
    await Promise.all([end(), end()]);
    assert.deepEqual(
      written.map(({ kind, cause }) => [kind, cause]),
      [
        ['session_started', 'ssh'],
        ['session_ended', 'ssh'],
      ],
    );
  });

  it('goes on where the journal cannot be written', async () => {
    const journal = { append: () => Promise.reject(new Error('disk full')) };
    const project = { id: 'p', name: 'api' };
    await beginSession(journal, { actor: 'cli', project, container: null, template: null, road: 'shell' })();
  });
});
