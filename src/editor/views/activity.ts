import * as vscode from 'vscode';
import { isCancelled, messageOf } from '../../core/errors';
import type { JournalEntry } from '../../core/journal/entry';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import { ageOf, durationOf } from '../rows/age';
import { foldCalls } from '../rows/calls';
import { happenings, newsBetween } from '../rows/journal';
import type { Happening, News } from '../rows/journal';
import type { Look } from '../rows/look';
import type { Session } from '../session';
import { treeItemOf, withTooltip } from './tree-item';

/** The most rows that are shown. */
const limit = 200;

/** The most entries that are read: those of a busy agent are folded into few rows. */
const entries = 2000;

/** Milliseconds in which changes of the journal are gathered into one reading of it. */
const coalesceMs = 100;

/** The Activity view: what any window, command line or agent did, and what this window noticed, newest first. */
export class ActivityView implements vscode.TreeDataProvider<Happening>, Disposable {
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<Happening>;
  #journal: readonly JournalEntry[] = [];
  #news: readonly Happening[] = [];
  /** Null where something has come since they were made. */
  #entries: readonly Happening[] | null = [];
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  #following: Promise<void> | undefined;

  constructor(private readonly session: Session) {
    this.#view = this.#store.add(vscode.window.createTreeView('berth.activity', { treeDataProvider: this }));
    this.#store.add(this.#view.onDidChangeVisibility(() => this.#readSoon()));
    this.#store.add(
      session.onDidChangeSnapshot(({ before, after, changes }) => {
        this.tell(...newsBetween(before, after, changes));
        this.#follow();
      }),
    );
    this.#store.add({ dispose: () => clearTimeout(this.#timer) });
  }

  get entries(): readonly Happening[] {
    return (this.#entries ??= foldCalls(happenings(this.#journal, this.#news)).slice(0, limit));
  }

  /** Adds what this window noticed and no journal holds, what came last at the end. */
  tell(...news: readonly News[]): void {
    if (news.length === 0) return;
    const at = Date.now();
    const latest = news.map((each) => ({ ...each, id: `news ${(this.#count += 1)}`, at })).reverse();
    this.#news = [...latest, ...this.#news].slice(0, limit);
    this.#entries = null;
    // What comes while nobody looks is read with the rest when somebody does.
    if (this.#view.visible) this.#changed.fire(undefined);
  }

  /** Follows the journal from the moment at which there is a core: others write into it too. */
  #follow(): void {
    this.#following ??= (async () => {
      const { journal } = await this.session.core();
      this.#store.add(await journal.watch(() => this.#readSoon()));
      this.#readSoon();
    })().catch((error: unknown) => {
      if (!isCancelled(error)) this.session.log.log('warn', `The journal is not followed: ${messageOf(error)}`, error);
    });
  }

  #readSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#read();
    }, coalesceMs);
  }

  async #read(): Promise<void> {
    if (!this.#view.visible) return;
    try {
      this.#journal = await (await this.session.core()).journal.read({ limit: entries });
      this.#view.message = '';
    } catch (error) {
      if (isCancelled(error)) return;
      this.session.log.log('warn', 'The journal cannot be read', error);
      this.#view.message = `The journal cannot be read: ${messageOf(error)}`;
    }
    this.#entries = null;
    this.#changed.fire(undefined);
  }

  getChildren(entry?: Happening): Happening[] {
    return [...(entry === undefined ? this.entries : (entry.children ?? []))];
  }

  getTreeItem(entry: Happening): vscode.TreeItem {
    const { children, entry: written } = entry;
    const { None, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = treeItemOf(entry.id, lookOf(entry), children === undefined ? None : Collapsed);
    if (written !== undefined) item.command = { title: 'Show', command: 'berth.showActivity', arguments: [entry] };
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, entry: Happening): vscode.TreeItem {
    return withTooltip(item, lookOf(entry));
  }

  dispose(): void {
    this.#store.dispose();
  }
}

function lookOf(entry: Happening): Look {
  const at = new Date(entry.at);
  const by = entry.by === undefined ? '' : `, by ${entry.by}`;
  const took = entry.entry === undefined ? '' : `, took ${durationOf(entry.entry.ms)}`;
  return {
    label: entry.project === '' ? entry.text : `${entry.project}: ${entry.text}`,
    description: at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }),
    icon: entry.icon,
    context: 'activity',
    tooltip: `${at.toLocaleString()}${by}${took}`,
    spoken: `${entry.project} ${entry.text}${by}, ${ageOf(at.toISOString(), Date.now())} ago`,
  };
}
