import * as vscode from 'vscode';
import { isDeepStrictEqual } from 'node:util';
import { DisposableStore } from '../core/lifetime';
import type { Disposable } from '../core/lifetime';
import { actionsFor } from './rows/actions';
import { conditionOf } from './rows/condition';
import { statusLook } from './rows/status-look';
import type { StatusLook } from './rows/status-look';
import type { Session } from './session';

/** The status bar item of this window's project. */
export class StatusBar implements Disposable {
  readonly #store = new DisposableStore();
  readonly #item = this.#store.add(
    vscode.window.createStatusBarItem('berth.project', vscode.StatusBarAlignment.Left, 50),
  );
  /** Undefined before the first time. */
  #look: StatusLook | null | undefined;

  constructor(private readonly session: Session) {
    this.#item.name = 'Berth';
    this.#item.command = 'berth.actions';
    // Until the session tells of something there is nothing to show.
    this.#store.add(session.onDidChange(() => this.render()));
  }

  /** What is on screen; null while the item is hidden. */
  get look(): StatusLook | null {
    return this.#look ?? null;
  }

  render(): void {
    const look = this.#lookNow();
    // Each word to the editor is a message to another process.
    if (isDeepStrictEqual(look, this.#look)) return;
    this.#look = look;
    if (this.#look === null) {
      this.#item.hide();
      return;
    }
    const { text, background, tooltip, spoken } = this.#look;
    this.#item.text = text;
    this.#item.backgroundColor =
      background === null ? undefined : new vscode.ThemeColor(`statusBarItem.${background}Background`);
    const markdown = new vscode.MarkdownString(tooltip);
    markdown.isTrusted = {
      enabledCommands: [...tooltip.matchAll(/\(command:([\w.]+)\)/g)].map((match) => match[1] ?? ''),
    };
    this.#item.tooltip = markdown;
    this.#item.accessibilityInformation = { label: spoken, role: 'button' };
    this.#item.show();
  }

  #lookNow(): StatusLook | null {
    const { session } = this;
    const { window, engineLost } = session;
    const row = session.rowsHere[0];
    const folder = window.folders.find((other) => session.busy(window.identity(other)?.id ?? '') !== undefined);
    const id = row?.id ?? (folder === undefined ? undefined : window.identity(folder)?.id);
    const busy = id === undefined ? undefined : session.busy(id);
    const condition = row === undefined ? 'busy' : conditionOf(row, engineLost, busy);
    const actions = actionsFor(condition, window.isContainer, row).slice(0, 4);
    return statusLook({ row, name: row?.name ?? folder?.name ?? '', engineLost, busy, actions });
  }

  dispose(): void {
    this.#store.dispose();
  }
}
