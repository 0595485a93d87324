import * as vscode from 'vscode';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { ProjectRow } from '../../core/model';
import { needsAttention } from '../rows/condition';
import type { RowChange } from '../rows/row-changes';
import type { Session } from '../session';
import { healthEnabled } from '../settings';
import { agedNodes, changedNodes, containersTree } from './containers-tree';
import type { ContainerNode } from './containers-tree';
import { NodeMemory } from './node-memory';
import { treeItemOf, withTooltip } from './tree-item';
import { TreeRows } from './tree-rows';

/** How often, in milliseconds, ages are written anew while the view is visible. */
const ageTick = 60_000;
/**
 * Milliseconds between two words to the editor: the first is said at once. The editor holds back what it is told within 200
 * of another word, and counts anew from each, so that a storm told as it comes would be on screen only once it is over.
 */
const gatherMs = 250;
/** Rows whose ages are written anew with one word: of a thousand at once the editor's extensions would be held up. */
const agedAtOnce = 100;

/** The Containers view: renders the session, and nothing else. */
export class ContainersView implements vscode.TreeDataProvider<ContainerNode>, Disposable {
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new vscode.EventEmitter<ContainerNode[] | undefined>());
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<ContainerNode>;
  readonly #rows = new TreeRows<ContainerNode>();
  readonly #memory = new NodeMemory<ContainerNode>();
  /** Since the rows were made. */
  readonly #changes: RowChange[] = [];
  /** By `performance.now()`: when the editor was last told. */
  #told = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  /** Rows, by id, whose ages are still to be written anew; and whether those outside the common list are. */
  #aging: string[] = [];
  #isAging = false;

  constructor(private readonly session: Session) {
    this.#view = this.#store.add(vscode.window.createTreeView('berth.containers', { treeDataProvider: this }));
    this.#store.add(session.onDidChangeSnapshot(({ changes }) => this.#changes.push(...changes)));
    this.#store.add(session.onDidChange(() => this.#renderSoon()));
    this.#store.add({ dispose: () => clearTimeout(this.#timer) });
    this.#store.add(this.#view.onDidChangeVisibility(() => this.#woken()));
    const timer = setInterval(() => this.#view.visible && this.#age(), ageTick);
    this.#store.add({ dispose: () => clearInterval(timer) });
    this.render();
    this.#woken();
  }

  /** The rows as they are by now, whether the editor was told of them yet or not. */
  get roots(): readonly ContainerNode[] {
    if (this.#timer !== undefined) this.render();
    return this.#rows.roots;
  }

  /** Whether it is on screen. */
  get visible(): boolean {
    return this.#view.visible;
  }

  /** The project of the selected row, while the view is on screen. */
  get selected(): ProjectRow | undefined {
    return this.#view.visible ? this.#view.selection[0]?.row : undefined;
  }

  /** Makes the rows anew; the editor hears of it only when they look different. */
  render(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const context = { trusted: vscode.workspace.isTrusted, now: Date.now(), memory: this.#memory };
    const changes = this.#changes.splice(0);
    const changed = this.#isAging ? null : changedNodes(this.session, changes, context);
    const some = changed?.concat(agedNodes(this.session, this.#aging.splice(0, agedAtOnce), context)) ?? null;
    this.#isAging = false;
    if (this.#aging.length > 0) this.#timer = setTimeout(() => this.render(), gatherMs);
    const known = some === null ? this.#rows.roots : some.flatMap(({ id }) => this.#rows.shown(id) ?? []);
    const bare = known.filter(({ children }) => children.length === 0);
    const change = some === null ? this.#rows.take(containersTree(this.session, context)) : this.#rows.takeSome(some);
    const troubled = this.session.which(needsAttention);
    // Settings are read where they matter: the editor makes a copy of all each time.
    const attention = troubled.length > 0 && healthEnabled() ? troubled : [];
    const names = attention.map((row) => row.name).join(', ');
    const badge =
      attention.length === 0 ? undefined : { value: attention.length, tooltip: `Needs attention: ${names}` };
    if (this.#view.badge?.tooltip !== badge?.tooltip) this.#view.badge = badge;
    if (change === null) return;
    this.#told = performance.now();
    this.#changed.fire(change === 'all' ? undefined : [...change.rows]);
    for (const root of bare) if (root.children.length > 0) this.#unfold(root);
  }

  getChildren(node?: ContainerNode): ContainerNode[] {
    return [...(node?.children ?? this.roots)];
  }

  getTreeItem(node: ContainerNode): vscode.TreeItem {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const open = node.folded === true ? Collapsed : Expanded;
    // The editor keeps a row that began without children folded when it gets some: a project that runs has them soon.
    const isProject = node.row?.id === node.id && node.row.state !== 'absent';
    return treeItemOf(node.id, node.look, node.children.length === 0 && !isProject ? None : open);
  }

  resolveTreeItem(item: vscode.TreeItem, { look }: ContainerNode): vscode.TreeItem {
    return withTooltip(item, look);
  }

  getParent(node: ContainerNode): ContainerNode | undefined {
    return this.#rows.above(node);
  }

  dispose(): void {
    this.#store.dispose();
  }

  #age(): void {
    this.#aging = this.session.snapshot.rows.map(({ id }) => id);
    this.#isAging = true;
    this.#renderSoon();
  }

  #renderSoon(): void {
    if (this.#timer !== undefined) return;
    const pause = this.#told + gatherMs - performance.now();
    if (pause <= 0) this.render();
    else this.#timer = setTimeout(() => this.render(), pause);
  }

  /** The editor remembers a row that had no children as folded, so the first ones would stay hidden. */
  #unfold(node: ContainerNode): void {
    if (!this.#view.visible) return;
    const gone = (): void => undefined; // The row went before the editor came to it.
    void Promise.resolve(this.#view.reveal(node, { expand: true, select: false, focus: false })).catch(gone);
  }

  #woken(): void {
    if (!this.#view.visible) return;
    this.session.wake();
    this.session.changed();
    this.#age();
  }
}
