import * as vscode from 'vscode';
import { isCancelled, messageOf } from '../../core/errors';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { ProjectRow } from '../../core/model';
import type { ServiceState } from '../../core/services/types';
import type { Session } from '../session';

/**
 * Milliseconds between two looks: while all is at rest, and while something is on its way. A look is one small command over
 * the Line, made only while a person is at this window, so that an idle machine and a container nobody looks at are left alone.
 */
const pace = { calm: 3_000, brisk: 1_000 };

const passing: readonly ServiceState[] = ['starting', 'restarting', 'stopping'];

const serves = ({ state, services }: ProjectRow): boolean => state === 'running' && services.length > 0;

/** Keeps the services of running projects known while the Containers view is on screen. */
export class ServiceWatch implements Disposable {
  readonly #store = new DisposableStore();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | null = null;
  #running = '';

  constructor(
    private readonly session: Session,
    private readonly visible: () => boolean,
  ) {
    this.#store.add(session.onDidChange(() => this.#update()));
    this.#again();
  }

  /** One look at each running project; several at once are one. */
  look(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => (this.#looking = null));
    return this.#looking;
  }

  /** A container that came up, or went, is not left until the next turn. */
  #update(): void {
    const rows = this.#served();
    const running = rows.map(({ container }) => container).join(' ');
    if (running === this.#running) return;
    this.#running = running;
    const served = new Set(rows.map(({ id }) => id));
    for (const { id } of this.session.snapshot.rows) if (!served.has(id)) this.session.services.set(id, undefined);
    if (rows.length > 0) void this.look();
  }

  #again(): void {
    const rows = this.#served().flatMap(({ id }) => this.session.services.of(id));
    const next = rows.some(({ state }) => passing.includes(state)) ? pace.brisk : pace.calm;
    this.#timer = setTimeout(() => {
      const { focused, active } = vscode.window.state;
      const look = focused && active && this.visible() ? this.look() : Promise.resolve();
      void look.finally(() => this.#again());
    }, next).unref();
  }

  #served(): readonly ProjectRow[] {
    const { session } = this;
    if (session.engineLost || !vscode.workspace.isTrusted) return [];
    return session.which(serves);
  }

  async #lookAtAll(): Promise<void> {
    const { session } = this;
    await Promise.all(
      this.#served().map(async (row) => {
        try {
          const { services } = await session.core();
          const rows = await services.list(row);
          if (JSON.stringify(rows) !== JSON.stringify(session.services.of(row.id))) session.services.set(row.id, rows);
        } catch (error) {
          if (isCancelled(error)) return;
          session.log.log('debug', `The services of ${row.name} are not known: ${messageOf(error)}`);
        }
      }),
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#store.dispose();
  }
}
