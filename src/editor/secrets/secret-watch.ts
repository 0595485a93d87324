import * as vscode from 'vscode';
import { isCancelled, messageOf } from '../../core/errors';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { ProjectRow } from '../../core/model';
import type { ProjectsSnapshot } from '../../core/projects/types';
import type { Session } from '../session';
import { secretsIntervalMs } from '../settings';
import { isAgents } from '../rows/row-index';

/** How often it is looked whether some project's interval is over, in milliseconds. */
const tickMs = 60_000;

export interface SecretWatch extends Disposable {
  /** What the timer does: reads anew whatever interval is over. Never fails; resolves when all of it is done. */
  look(): Promise<void>;
}

/**
 * Brings in anew, on a timer, what changed at the sources of this window's projects and agents, and all of it where the engine
 * started a container by itself. Of several windows on one project, the first whose timer is due does it: the core knows
 * when it was last done.
 */
export function keepSecrets(session: Session): SecretWatch {
  const store = new DisposableStore();
  const stop = new AbortController();
  const guarded = async (row: ProjectRow, work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      if (!isCancelled(error)) session.log.log('warn', `Secrets of ${row.name}: ${messageOf(error)}`);
    }
  };
  const refresh = async (row: ProjectRow, notWithinMs: number): Promise<void> => {
    const { projects } = await session.core();
    await projects.refreshSecrets(row, { byItself: true, notWithinMs }, stop.signal);
  };
  const look = async (): Promise<void> => {
    const interval = secretsIntervalMs();
    if (interval === 0 || !vscode.workspace.isTrusted || session.engineLost) return;
    const rows = watched(session).filter(({ state, secrets }) => state === 'running' && secrets.length > 0);
    await Promise.all(rows.map((row) => guarded(row, refresh(row, interval))));
  };
  const started = ({ before, after }: { before: ProjectsSnapshot; after: ProjectsSnapshot }): void => {
    if (!vscode.workspace.isTrusted) return;
    for (const row of watched(session)) {
      const now = after.rows.find(({ id }) => id === row.id);
      const then = before.rows.find(({ id }) => id === row.id);
      if (now?.state !== 'running' || now.secrets.length === 0 || session.busy(row.id) !== undefined) continue;
      if (then?.changed === now.changed && then.state === 'running') continue;
      void guarded(row, afterStart(session, now, stop.signal));
    }
  };
  const timer = setInterval(() => void look(), tickMs);
  store.add({ dispose: () => clearInterval(timer) });
  store.add({ dispose: () => stop.abort() });
  store.add(session.onDidChangeSnapshot(started));
  return { look, dispose: () => store.dispose() };
}

/**
 * This window's projects, and agents' containers, which are no window's: whoever spawned them may have no editor's secret
 * storage. What they may have is what the user granted.
 */
function watched(session: Session): readonly ProjectRow[] {
  const { rowsHere } = session;
  const agents = session.which(isAgents).filter((row) => !rowsHere.includes(row));
  return [...rowsHere, ...agents];
}

/**
 * Whoever takes up a runner sees to what the container's start needs. Where that was done by a process that has other
 * sources, as `ssh-proxy` knows no editor, this window brings in what it alone has.
 */
async function afterStart(session: Session, row: ProjectRow, signal: AbortSignal): Promise<void> {
  const { projects } = await session.core();
  await projects.runner(row, signal);
  const rows = await projects.secrets(row, signal);
  if (rows.some(({ state }) => state === 'missing')) await projects.refreshSecrets(row, { byItself: true }, signal);
}
