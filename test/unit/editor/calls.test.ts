import assert from 'node:assert/strict';
import type { JournalEntry } from '../../../src/core/journal/entry';
import { entryDocument, foldCalls } from '../../../src/editor/rows/calls';
import { happenings } from '../../../src/editor/rows/journal';

const entry = (second: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  at: `2026-11-21T12:00:${String(second).padStart(2, '0')}.000Z`,
  actor: 'agent',
  kind: 'tool_called',
  project: { id: 'p1', name: 'shop' },
  container: 'c'.repeat(64),
  template: null,
  cause: 'exec by robot 1.0, arguments 0123456789abcdef',
  ms: 12,
  code: null,
  ...more,
});
const fold = (journal: readonly JournalEntry[]) => foldCalls(happenings(journal, []));

describe('agents’ calls in the Activity view', () => {
  it('are one row for each agent and project while nothing else happens, with the calls below it', () => {
    const other = { project: { id: 'p2', name: 'till' } };
    const rows = fold([
      entry(9),
      entry(8, { code: 'command_limit' }),
      entry(7, other),
      entry(6),
      entry(5, { actor: 'user', kind: 'stopped', cause: null }),
      entry(4),
    ]);
    assert.deepEqual(
      rows.map(({ project, text, children }) => [project, text, children?.length ?? 0]),
      [
        ['shop', '3 calls by robot, 1 failed', 3],
        ['till', 'exec by robot', 0],
        ['shop', 'stopped', 0],
        ['shop', 'exec by robot', 0],
      ],
    );
    assert.deepEqual(
      rows[0]?.children?.map(({ text }) => text),
      ['exec', 'exec failed (command_limit)', 'exec'],
    );
  });

  it('keep their row’s id while it grows, and no two rows have the same one', () => {
    const [first] = fold([entry(2), entry(1)]);
    const [grown] = fold([entry(3), entry(2), entry(1)]);
    assert.equal(grown?.id, first?.id);
    const ids = fold([entry(1), entry(1), entry(1)]).flatMap(({ id, children = [] }) => [
      id,
      ...children.map((one) => one.id),
    ]);
    assert.equal(new Set(ids).size, 4);
  });

  it('do not hide what changed meanwhile and was nobody’s call', () => {
    const gone = {
      id: 'n',
      at: Date.parse(entry(5).at),
      project: 'shop',
      text: 'container gone',
      icon: 'trash',
      change: true,
    };
    assert.equal(happenings([entry(5)], [gone]).length, 2);
  });

  it('open with tool, client, result, time and the arguments’ digest, whatever a client calls itself', () => {
    const cause = 'exec by [x](command:evil)`|, arguments 0123456789abcdef';
    const text = entryDocument(entry(1, { cause, code: 'call_denied' }), 'exec by [x](command:evil)`|', () => 'then');
    for (const part of ['`exec`', '`call_denied`', '12 ms', '`0123456789abcdef`', '`shop`', 'then']) {
      assert.ok(text.includes(part), part);
    }
    assert.ok(text.includes("`[x](command:evil)'\\|`"), 'its name is shown letter by letter');
    assert.doesNotMatch(text.split('\n')[0] ?? '', /[[\]()]/);
  });
});
