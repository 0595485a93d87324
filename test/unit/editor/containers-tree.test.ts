import assert from 'node:assert/strict';
import type { ProjectRow } from '../../../src/core/model';
import { containersTree } from '../../../src/editor/views/containers-tree';
import type { ContainerNode } from '../../../src/editor/views/containers-tree';
import { NodeMemory } from '../../../src/editor/views/node-memory';
import type { Session } from '../../../src/editor/session';
import { now, row, snapshot } from './rows';

const minutes = (count: number) => count * 60_000;
const since = (name: string, ms: number) =>
  row({ id: `${name}0123456789`, name, template: name, state: 'stopped', changed: new Date(now - ms).toISOString() });

const kept = snapshot();

/** What a tree reads of a session, with these rows and no folder. */
function sessionOf(rows: readonly ProjectRow[], withSnapshot: string): Session {
  const none = { of: () => [] };
  const snapshots = { of: (id: string) => (id.startsWith(withSnapshot) ? [kept] : []) };
  const parts = { services: none, ports: none, runs: none, storage: none, snapshots, git: { of: () => null } };
  const rest = { rowsHere: [], others: 0, engineLost: false, worktrees: { all: [] }, window: { folders: [] } };
  return {
    ...{ ...parts, ...rest, snapshot: { loaded: true, rows }, work: { projects: [] } },
    ...{ busy: () => undefined, which: () => [] },
  } as unknown as Session;
}

describe('the tree of containers', () => {
  it('is made anew each minute only where an age reads otherwise', () => {
    const rows = [since('old', minutes(200)), since('young', minutes(5)), since('kept', minutes(200))];
    const session = sessionOf(rows, 'kept');
    const memory = new NodeMemory<ContainerNode>();
    const at = (ms: number) => containersTree(session, { trusted: true, now: ms, memory });
    const before = at(now);
    assert.deepEqual(
      before.map(({ look }) => look.description),
      ['stopped 3 h', 'stopped 5 min', 'stopped 3 h'],
    );
    const after = at(now + minutes(1));
    assert.deepEqual(
      after.map((node, index) => node === before[index]),
      [true, false, false],
      'a row with snapshots shows how old they are',
    );
    assert.equal(after[1]?.look.description, 'stopped 6 min');
    assert.equal(at(now + minutes(60))[0]?.look.description, 'stopped 4 h');
  });
});
