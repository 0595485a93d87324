import { agentLook, agentsLook } from '../rows/agent-look';
import type { ProjectRow } from '../../core/model';
import type { Session } from '../session';
import type { ContainerNode } from './containers-tree';
import { isAgents } from '../rows/row-index';

/**
 * Agents' own containers, apart from a person's, and their worktrees whose containers are gone: by project, so that those of
 * this window's come together. `project`: makes a project's row with all below it.
 */
export function agentsGroup(
  session: Session,
  now: number,
  project: (row: ProjectRow) => ContainerNode,
): ContainerNode[] {
  const { snapshot, worktrees, engineLost, rowsHere } = session;
  const rows = session.which(isAgents).filter((row) => !rowsHere.includes(row));
  const facts = { engineLost, now };
  const withRow = rows.map((row): ContainerNode => {
    const worktree = worktrees.at(row.folder);
    const look = agentLook({ ...facts, row, worktree, busy: session.busy(row.id) });
    return { ...project(row), look, ...(worktree === undefined ? {} : { worktree }) };
  });
  const bare = worktrees.all
    .filter(({ folder }) => !snapshot.rows.some((row) => row.folder === folder))
    .map((worktree): ContainerNode => {
      const look = agentLook({ ...facts, row: undefined, worktree, busy: undefined });
      return { id: `worktree:${worktree.name}`, look, children: [], worktree };
    });
  const children = [...withRow, ...bare];
  return children.length === 0 ? [] : [{ id: 'agents', look: agentsLook(children.length), children }];
}
