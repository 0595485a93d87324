import * as vscode from 'vscode';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import { ageOf } from '../rows/age';
import { newsBetween } from '../rows/journal';
import type { Happening } from '../rows/journal';
import type { Look } from '../rows/project-look';
import type { Session } from '../session';
import { treeItemOf } from './tree-item';

/** The most entries that are kept. */
const limit = 200;

/** The Activity view: what happened in this session, newest first. */
export class ActivityView implements vscode.TreeDataProvider<Happening>, Disposable {
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.#changed.event;
  #entries: readonly Happening[] = [];
  #count = 0;

  constructor(session: Session) {
    this.#store.add(vscode.window.createTreeView('berth.activity', { treeDataProvider: this }));
    this.#store.add(
      session.onDidChangeSnapshot(({ before, after }) => {
        for (const news of newsBetween(before, after)) this.tell(news.project, news.text, news.icon);
      }),
    );
  }

  get entries(): readonly Happening[] {
    return this.#entries;
  }

  /** Adds an entry; `project` is empty for what concerns none. */
  tell(project: string, text: string, icon: string): void {
    this.#count += 1;
    this.#entries = [{ id: this.#count, at: Date.now(), project, text, icon }, ...this.#entries].slice(0, limit);
    this.#changed.fire(undefined);
  }

  getChildren(entry?: Happening): Happening[] {
    return entry === undefined ? [...this.#entries] : [];
  }

  getTreeItem(entry: Happening): vscode.TreeItem {
    const at = new Date(entry.at);
    const look: Look = {
      label: entry.project === '' ? entry.text : `${entry.project}: ${entry.text}`,
      description: at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }),
      icon: entry.icon,
      context: 'activity',
      tooltip: at.toLocaleString(),
      spoken: `${entry.project} ${entry.text}, ${ageOf(at.toISOString(), Date.now())} ago`,
    };
    return treeItemOf(String(entry.id), look, vscode.TreeItemCollapsibleState.None);
  }

  dispose(): void {
    this.#store.dispose();
  }
}
