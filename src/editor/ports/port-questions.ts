import * as vscode from 'vscode';
import { isCancelled, messageOf } from '../../core/errors';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { ProjectRow } from '../../core/model';
import { questionsFor } from '../../core/ports/listening';
import type { Session } from '../session';
import type { PortSessions } from './port-sessions';

/**
 * Milliseconds between two looks at what listens. A look is two small reads over the Line and starts no process; it is
 * made only while a person is at this window, so that an idle machine, and a container nobody looks at, are left alone.
 */
const pace = 3_000;

/** Looks for ports that a person may want forwarded, and asks about each once. */
export class PortQuestions implements Disposable {
  readonly #store = new DisposableStore();
  readonly #seen = new Map<string, readonly number[]>();
  #looking: Promise<void> | null = null;

  constructor(
    private readonly session: Session,
    private readonly sessions: PortSessions,
  ) {
    const timer = setInterval(() => {
      const { focused, active } = vscode.window.state;
      if (focused && active) void this.look();
    }, pace);
    this.#store.add({ dispose: () => clearInterval(timer) });
  }

  /** One look at each project of this window; what was there at the last one too is asked about. */
  look(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #lookAtAll(): Promise<void> {
    const { session } = this;
    if (!vscode.workspace.isTrusted || session.engineLost) return;
    for (const row of session.rowsHere) {
      const quiet = row.state === 'running' && session.busy(row.id) === undefined;
      if (!quiet || this.sessions.wants(row) !== 'project') continue;
      try {
        await this.#lookAt(row);
      } catch (error) {
        if (!isCancelled(error))
          session.log.log('debug', `What listens in ${row.name} is not known: ${messageOf(error)}`);
      }
    }
  }

  async #lookAt(row: ProjectRow): Promise<void> {
    const { ports } = await this.session.core();
    const now = await ports.listening(row);
    const before = this.#seen.get(row.id) ?? [];
    this.#seen.set(row.id, now);
    const known = [...this.session.ports.of(row.id), ...row.ports].map(({ port }) => port);
    for (const port of questionsFor({ before, now, known })) {
      if (await ports.claimQuestion(row, port)) void this.#ask(row, port);
    }
  }

  async #ask(row: ProjectRow, port: number): Promise<void> {
    const [forward, open, never] = ['Forward', 'Open in Browser', 'Do Not Ask Again'];
    const question = `${row.name}: something in the container listens on port ${port}.`;
    const chosen = await vscode.window.showInformationMessage(question, forward, open, never);
    if (chosen === forward) await vscode.commands.executeCommand('berth.forwardPort', { row, port });
    if (chosen === open) await vscode.commands.executeCommand('berth.openInBrowser', { row, port });
    if (chosen === never) await (await this.session.core()).ports.silence(row);
  }

  dispose(): void {
    this.#store.dispose();
  }
}
