import assert from 'node:assert/strict';
import type { ProjectRow } from '../../../src/core/model';
import { agedNodes, containersTree } from '../../../src/editor/views/containers-tree';
import type { ContainerNode } from '../../../src/editor/views/containers-tree';
import { NodeMemory } from '../../../src/editor/views/node-memory';
import type { Session } from '../../../src/editor/session';
import { now, row, snapshot } from './rows';

const minutes = (count: number) => count * 60_000;
const since = (name: string, ms: number) =>
  row({ id: `${name}0123456789`, name, template: name, state: 'stopped', changed: new Date(now - ms).toISOString() });

const kept = snapshot();

interface Apart {
  readonly withSnapshot?: string;
  /** This window's rows, and agents'. */
  readonly here?: readonly ProjectRow[];
  readonly agents?: readonly ProjectRow[];
}

/** What a tree reads of a session, with these rows and no folder. */
function sessionOf(rows: readonly ProjectRow[], { withSnapshot = '-', here = [], agents = [] }: Apart): Session {
  const none = { of: () => [] };
  const snapshots = { of: (id: string) => (id.startsWith(withSnapshot) ? [kept] : []) };
  const parts = { services: none, ports: none, runs: none, storage: none, snapshots, git: { of: () => null } };
  const worktrees = { all: [], at: () => undefined };
  const rest = { rowsHere: here, others: 0, engineLost: false, worktrees, window: { folders: [] } };
  return {
    ...{ ...parts, ...rest, snapshot: { loaded: true, rows }, work: { projects: [] } },
    ...{ busy: () => undefined, which: () => agents, row: (id: string) => rows.find((each) => each.id === id) },
  } as unknown as Session;
}

describe('the tree of containers', () => {
  const rows = [since('old', minutes(200)), since('young', minutes(5)), since('kept', minutes(200))];
  const ids = rows.map(({ id }) => id);
  const described = (nodes: readonly ContainerNode[]) => nodes.map(({ look }) => look.description);

  it('makes only those rows anew with the minute whose ages read otherwise', () => {
    const session = sessionOf(rows, { withSnapshot: 'kept' });
    const memory = new NodeMemory<ContainerNode>();
    const at = (ms: number) => ({ trusted: true, now: ms, memory });
    const before = containersTree(session, at(now));
    assert.deepEqual(described(before), ['stopped 3 h', 'stopped 5 min', 'stopped 3 h']);
    const after = agedNodes(session, ids, at(now + minutes(1)));
    assert.deepEqual(
      after.map((node, index) => node === before[index]),
      [true, false, false],
      'a row with snapshots shows how old they are',
    );
    assert.equal(after[1]?.look.description, 'stopped 6 min');
    assert.deepEqual(described(agedNodes(session, ids.slice(0, 1), at(now + minutes(60)))), ['stopped 4 h']);
  });

  it('leaves a thousand ages as they were made with a whole tree, but not those of this window and of agents', () => {
    const agent = { ...since('made', 0), agent: { expires: new Date(now + minutes(90)).toISOString() } } as ProjectRow;
    const session = sessionOf([...rows, agent], { here: rows.slice(1, 2), agents: [agent] });
    const memory = new NodeMemory<ContainerNode>();
    const at = (ms: number) => ({ trusted: true, now: ms, memory });
    containersTree(session, at(now));
    const later = containersTree(session, at(now + minutes(60)));
    assert.deepEqual(described(later).slice(0, 3), ['stopped 1 h', 'stopped 3 h', 'stopped 3 h']);
    assert.deepEqual(described(later[3]?.children ?? []), ['stopped · 30 min left']);
    assert.deepEqual(agedNodes(session, [agent.id, rows[1]?.id ?? '', 'gone'], at(now)), []);
  });
});
