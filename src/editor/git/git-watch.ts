import * as vscode from 'vscode';
import type { Core } from '../../core/index';
import type { GitAsked } from '../../core/git/types';
import { isCancelled, messageOf } from '../../core/errors';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { ProjectRow } from '../../core/model';
import type { Session } from '../session';
import { offerToGrant } from './ask-to-grant';

const mayAsk = ({ git, container }: ProjectRow): boolean => git.credentials !== 'none' && container !== null;

/**
 * This window's part in what git gets: it answers for its own folders' projects while their containers run, keeps the
 * rows of all, and asks the person where something asks that was not allowed. In a folder that is not trusted nothing is
 * answered and nobody is asked.
 */
export class GitWatch implements Disposable {
  readonly #store = new DisposableStore();
  readonly #served = new Map<string, Disposable>();
  /** What was looked at, by project: a look reads a file, and at times the remotes. */
  readonly #looked = new Map<string, string>();
  readonly #asked = new Set<string>();
  #core: Core | undefined;

  constructor(
    private readonly session: Session,
    private readonly state: vscode.Memento,
  ) {
    this.#store.add(session.onDidChangeSnapshot(() => this.#update()));
    this.#store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#update()));
    this.#store.add(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        // A person may have granted in a terminal meanwhile.
        if (focused) this.#looked.clear();
        if (focused) this.#update();
      }),
    );
  }

  #update(): void {
    const asking = this.session.which(mayAsk);
    if (this.#core === undefined) {
      if (asking.length > 0) void this.session.core().then((core) => this.#take(core));
      return;
    }
    const ids = new Set(asking.map(({ id }) => id));
    for (const id of [...this.#looked.keys()]) {
      if (ids.has(id)) continue;
      this.#looked.delete(id);
      this.session.git.set(id, null);
    }
    const wanted = vscode.workspace.isTrusted ? this.session.rowsHere.filter((row) => asking.includes(row)) : [];
    const answered = wanted.filter((row) => row.git.credentials === 'token');
    for (const [id, part] of this.#served) {
      if (answered.some((row) => row.id === id)) continue;
      this.#served.delete(id);
      part.dispose();
    }
    for (const row of answered) {
      if (!this.#served.has(row.id)) this.#served.set(row.id, this.#core.git.serve(row));
    }
    for (const row of asking) {
      const key = [row.git.credentials, row.container, row.state === 'running'].join(' ');
      if (this.#looked.get(row.id) === key) continue;
      this.#looked.set(row.id, key);
      void this.#look(this.#core, row, wanted.includes(row));
    }
  }

  #take(core: Core): void {
    if (this.#core !== undefined) return;
    this.#core = core;
    this.#store.add(core.git.onDidAsk((asked) => void this.#onAsked(core, asked)));
    this.#store.add(
      core.git.onDidChange((id) => {
        this.#looked.delete(id);
        this.#update();
      }),
    );
    this.#update();
  }

  async #look(core: Core, row: ProjectRow, here: boolean): Promise<void> {
    try {
      const access = await core.git.look(row);
      this.session.git.set(row.id, access);
      const key = `berth.git.asked.${row.id}.${row.git.credentials}`;
      if (!here || row.state !== 'running' || access === null || access.granted) return;
      // Once for all windows to come: the row shows it, and whoever uses git is asked again.
      if (this.state.get(key) === true || (access.kind === 'token' && access.hosts.length === 0)) return;
      await this.state.update(key, true);
      await this.#ask(core, row);
    } catch (error) {
      if (!isCancelled(error))
        this.session.log.log('warn', `What git may use is not known: ${messageOf(error)}`, error);
    }
  }

  /** A server that no remote names is refused without a question: anything in the container can name one. */
  async #onAsked(core: Core, { project, host }: GitAsked): Promise<void> {
    const row = this.session.rowsHere.find(({ id }) => id === project.id);
    if (row === undefined || !vscode.workspace.isTrusted) return;
    try {
      const access = await core.git.look(row);
      if (access === null || access.granted || (host !== null && !access.hosts.includes(host))) return;
      await this.#ask(core, row);
    } catch (error) {
      if (!isCancelled(error)) this.session.log.log('warn', `Nobody could be asked: ${messageOf(error)}`, error);
    }
  }

  /** Once a window: a refusal is not asked about again and again. */
  async #ask(core: Core, row: ProjectRow): Promise<void> {
    if (this.#asked.has(row.id)) return;
    this.#asked.add(row.id);
    await offerToGrant(core, row);
  }

  dispose(): void {
    this.#store.dispose();
    for (const part of this.#served.values()) part.dispose();
    this.#served.clear();
  }
}
