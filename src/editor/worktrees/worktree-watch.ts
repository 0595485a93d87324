import { messageOf } from '../../core/errors';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { Session } from '../session';
import { isAgents } from '../rows/row-index';

/** Reads agents' worktrees anew, for the views. */
export async function lookAtWorktrees(session: Session): Promise<void> {
  const { worktrees } = await session.core();
  session.worktrees.set(await worktrees.list());
  session.changed();
}

/**
 * Keeps agents' worktrees known while the Containers view is on screen: a look at a few small files when an agent's container
 * came or went, and when the view comes back.
 */
export class WorktreeWatch implements Disposable {
  readonly #store = new DisposableStore();
  #seen: string | null = null;

  constructor(
    private readonly session: Session,
    private readonly visible: () => boolean,
  ) {
    this.#store.add(session.onDidChange(() => this.#update()));
  }

  #update(): void {
    const { session } = this;
    if (!this.visible() || !session.snapshot.loaded) {
      this.#seen = null;
      return;
    }
    const agents = session.which(isAgents);
    const seen = agents.map(({ id, container }) => `${id} ${container ?? ''}`).join('\n');
    if (seen === this.#seen) return;
    this.#seen = seen;
    lookAtWorktrees(session).catch((error: unknown) => {
      session.log.log('debug', `Agents' worktrees are not known: ${messageOf(error)}`);
    });
  }

  dispose(): void {
    this.#store.dispose();
  }
}
