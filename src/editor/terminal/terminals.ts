import * as vscode from 'vscode';
import { BerthError } from '../../core/errors';
import { beginSession } from '../../core/journal/session';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { ProjectRow } from '../../core/model';
import type { Parts } from '../parts';
import { ShellTerminal } from './shell-terminal';

const openKey = 'terminals';

/** Shells in containers. The editor does not keep an extension's terminals over a reload, so those open are made anew. */
export class Terminals implements Disposable {
  readonly #store = new DisposableStore();
  readonly #open = new Map<vscode.Terminal, string>();

  constructor(private readonly parts: Parts) {
    this.#store.add(
      vscode.window.onDidCloseTerminal((terminal) => {
        // A reload closes every terminal too: only what the user or the shell closed is over.
        const over = terminal.exitStatus?.reason !== vscode.TerminalExitReason.Shutdown;
        if (over && this.#open.delete(terminal)) this.#remember();
      }),
    );
    this.#store.add(
      // A terminal of the profile is only known once the editor has made it.
      vscode.window.onDidOpenTerminal((terminal) => {
        const { creationOptions } = terminal;
        const pty = 'pty' in creationOptions ? creationOptions.pty : undefined;
        if (!(pty instanceof ShellTerminal)) return;
        const project = this.#projects.get(pty);
        if (project === undefined) return;
        this.#open.set(terminal, project);
        this.#remember();
        if (this.#asked.has(pty)) terminal.show();
      }),
    );
  }

  readonly #projects = new WeakMap<ShellTerminal, string>();
  readonly #asked = new WeakSet<ShellTerminal>();

  /** For the profile. The editor's own pick of profiles makes an extension's terminal and leaves it behind the others. */
  ofProfile(row: ProjectRow): vscode.TerminalProfile {
    const options = this.options(row);
    this.#asked.add(options.pty);
    return new vscode.TerminalProfile(options);
  }

  /** How a terminal for a project is made; its shell starts when it is opened, in the container as it is then. */
  options(row: ProjectRow): vscode.ExtensionTerminalOptions & { readonly pty: ShellTerminal } {
    const { session } = this.parts;
    const pty = new ShellTerminal({
      name: row.name,
      start: async (size, signal) => {
        if (!vscode.workspace.isTrusted) {
          throw new BerthError('workspace_untrusted', 'this workspace is not trusted, so nothing is run for it.');
        }
        const core = await session.core();
        const runner = core.use(session.row(row.id) ?? row, 'line');
        const { loginShell } = await import('../../core/line/wrap');
        const shell = await runner.run({ argv: loginShell, tty: size, cwd: row.workspacePath }, signal);
        const { id, name, container, template } = session.row(row.id) ?? row;
        const about = { actor: 'user', project: { id, name }, container, template, road: 'terminal' } as const;
        const end = beginSession(core.journal, about);
        shell.exit.then(end, end).catch(() => undefined);
        return shell;
      },
    });
    this.#projects.set(pty, row.id);
    return { name: row.name, pty, iconPath: new vscode.ThemeIcon('vm-running'), isTransient: true };
  }

  show(row: ProjectRow): vscode.Terminal {
    const terminal = vscode.window.createTerminal(this.options(row));
    terminal.show();
    return terminal;
  }

  /** After a reload: a new shell for each that was open, where its container runs. Starts nothing. */
  async restore(): Promise<void> {
    const wanted = this.parts.state.get<string[]>(openKey, []);
    const keeps = vscode.workspace
      .getConfiguration('terminal.integrated')
      .get<boolean>('enablePersistentSessions', true);
    if (wanted.length === 0 || !keeps || !vscode.workspace.isTrusted) return;
    await this.parts.state.update(openKey, []);
    const core = await this.parts.session.core();
    const { rows } = await core.projects.refresh();
    for (const id of wanted) {
      const row = rows.find((other) => other.id === id && other.state === 'running');
      if (row !== undefined) vscode.window.createTerminal(this.options(row));
    }
  }

  #remember(): void {
    void this.parts.state.update(openKey, [...this.#open.values()]);
  }

  dispose(): void {
    this.#store.dispose();
  }
}
