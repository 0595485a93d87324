import * as vscode from 'vscode';
import type { Core } from '../../core/index';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { ProjectRow } from '../../core/model';
import type { PortSession, PortWant } from '../../core/ports/types';
import type { RowTest } from '../rows/row-index';
import type { Session } from '../session';

const declaresPorts: RowTest = ({ ports }) => ports.length > 0;

interface Joined {
  readonly want: PortWant;
  readonly part: PortSession;
}

/**
 * This window's part in forwarding: it wants the ports of its own folders' projects, and hears of those of the others. A
 * window that is open in the container wants nothing, since there the editor forwards by itself. In a folder that is not
 * trusted nothing is forwarded.
 */
export class PortSessions implements Disposable {
  readonly #store = new DisposableStore();
  readonly #joined = new Map<string, Joined>();
  readonly #asked = new Set<string>();
  #core: Core | undefined;

  constructor(private readonly session: Session) {
    this.#store.add(session.onDidChange(() => this.#update()));
    this.#store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#update()));
  }

  /** What this window wants of a project's ports. */
  wants(row: ProjectRow): PortWant {
    if (this.#asked.has(row.id)) return 'project';
    return this.#isHere(row) && !this.isInside(row) ? 'project' : [];
  }

  /** Whether this window is open in the project's container, where the editor forwards by itself. */
  isInside(row: ProjectRow): boolean {
    return this.session.window.isContainer && this.#isHere(row);
  }

  /** A person wants a port of the project here: from now on this window takes part, whosever project it is. */
  async takePart(row: ProjectRow): Promise<void> {
    this.#asked.add(row.id);
    this.#take(await this.session.core());
    await this.#joined.get(row.id)?.part.ready();
  }

  #isHere(row: ProjectRow): boolean {
    return this.session.rowsHere.some(({ id }) => id === row.id);
  }

  #update(): void {
    if (!vscode.workspace.isTrusted) return;
    // Nothing is made for it: there are rows only once the core is there.
    if (this.#core === undefined) {
      if (this.session.snapshot.rows.length > 0) void this.session.core().then((core) => this.#take(core));
      return;
    }
    const { session } = this;
    for (const id of [...this.#joined.keys()]) if (session.row(id)?.container == null) this.#leave(id);
    // Most of a thousand are nothing to this window, and are not even looked at.
    const others = [...this.#joined.keys(), ...this.#asked].flatMap((id) => session.row(id) ?? []);
    for (const row of new Set([...session.which(declaresPorts), ...session.rowsHere, ...others])) {
      if (row.container === null) continue;
      const joined = this.#joined.get(row.id);
      const want = this.wants(row);
      if (joined !== undefined && (joined.want === 'project') === (want === 'project')) continue;
      // What does not run has no ports to tell of; once joined the numbers are held through a stop. A meeting is a socket
      // and a lock: of projects that are neither this window's nor declare ports there may be a thousand.
      if (joined === undefined && (row.state !== 'running' || (want !== 'project' && row.ports.length === 0))) continue;
      this.#leave(row.id);
      this.#join(this.#core, row, want);
    }
  }

  #take(core: Core): void {
    this.#core = core;
    this.#update();
  }

  #join({ ports }: Core, row: ProjectRow, want: PortWant): void {
    const part = ports.join(row, want);
    part.onDidChange((rows) => this.session.ports.set(row.id, rows));
    this.#joined.set(row.id, { want, part });
  }

  #leave(id: string): void {
    const joined = this.#joined.get(id);
    if (joined === undefined) return;
    this.#joined.delete(id);
    joined.part.dispose();
    this.session.ports.set(id, undefined);
  }

  dispose(): void {
    this.#store.dispose();
    for (const { part } of this.#joined.values()) part.dispose();
    this.#joined.clear();
  }
}
