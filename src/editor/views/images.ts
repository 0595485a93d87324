import * as vscode from 'vscode';
import { isCancelled, messageOf } from '../../core/errors';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { BerthImage } from '../../core/projects/images';
import { imageLook } from '../rows/image-look';
import type { Session, SnapshotChange } from '../session';
import { isLocalFolder } from '../window/window-project';
import { treeItemOf, withTooltip } from './tree-item';

/** A row of the Images view. */
export interface ImageNode {
  readonly image: BerthImage;
}

/** Milliseconds in which changes of the rows are gathered: judging images reads every template. */
const coalesceMs = 500;

/** The Images view: what Berth built on this engine, looked at while it is visible. */
export class ImagesView implements vscode.TreeDataProvider<ImageNode>, Disposable {
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<ImageNode>;
  #nodes: readonly ImageNode[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #abort = new AbortController();
  #reading: Promise<void> = Promise.resolve();

  constructor(private readonly session: Session) {
    this.#view = this.#store.add(vscode.window.createTreeView('berth.images', { treeDataProvider: this }));
    this.#store.add(this.#view.onDidChangeVisibility(() => this.#soon(0)));
    this.#store.add(session.onDidChangeSnapshot((change) => this.#follow(change)));
    this.#store.add(session.window.onDidChange(() => this.#soon(coalesceMs)));
    this.#soon(0);
  }

  /** The rows as they are shown. */
  get nodes(): readonly ImageNode[] {
    return this.#nodes;
  }

  get visible(): boolean {
    return this.#view.visible;
  }

  /** Folders of this window whose templates count in judging images. */
  get folders(): readonly string[] {
    return this.session.window.folders.filter(isLocalFolder).map(({ path }) => path);
  }

  /** Looks at the engine's images anew: one look after the other, so that the last one stays. */
  read(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read());
    return this.#reading;
  }

  async #read(): Promise<void> {
    const { signal } = this.#abort;
    if (signal.aborted) return;
    try {
      const { images } = await this.session.core();
      const found = await images.list(this.folders, signal);
      this.#nodes = found.map((image) => ({ image }));
      this.#view.message = found.length === 0 ? 'Berth has built no image on this engine yet.' : '';
      this.#view.description = found.length === 0 ? '' : `${found.length}`;
    } catch (error) {
      if (isCancelled(error)) return;
      this.session.log.log('debug', 'The images cannot be listed', error);
      this.#view.message = `The images cannot be listed: ${messageOf(error)}`;
    }
    this.#changed.fire(undefined);
  }

  getChildren(node?: ImageNode): ImageNode[] {
    return node === undefined ? [...this.#nodes] : [];
  }

  getTreeItem({ image }: ImageNode): vscode.TreeItem {
    return treeItemOf(image.id, imageLook(image, Date.now()), vscode.TreeItemCollapsibleState.None);
  }

  resolveTreeItem(item: vscode.TreeItem, { image }: ImageNode): vscode.TreeItem {
    return withTooltip(item, imageLook(image, Date.now()));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.#store.dispose();
  }

  /** Only a container that came, went or was made anew can change what an image is used by. */
  #follow({ before, after, changes }: SnapshotChange): void {
    const isOther = changes.some(
      ({ before: was, after: is }) => was?.container !== is?.container || was?.image !== is?.image,
    );
    if (isOther || before.engine !== after.engine) this.#soon(coalesceMs);
  }

  #soon(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void (this.#view.visible && this.read()), delay);
  }
}
