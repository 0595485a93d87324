import * as vscode from 'vscode';
import { isCancelled, messageOf } from '../../core/errors';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { TemplateEntry } from '../../core/templates/types';
import { templateLook } from '../rows/template-look';
import type { Session } from '../session';
import { treeItemOf } from './tree-item';

/** A row of the Templates view. */
export interface TemplateNode {
  readonly template: TemplateEntry;
}

/** The Templates view: the catalogue as it was last read, read again when the view opens or a template's file changes. */
export class TemplatesView implements vscode.TreeDataProvider<TemplateNode>, Disposable {
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<TemplateNode>;
  #nodes: readonly TemplateNode[] = [];

  constructor(private readonly session: Session) {
    this.#view = this.#store.add(vscode.window.createTreeView('berth.templates', { treeDataProvider: this }));
    const read = (): void => void this.read();
    this.#store.add(this.#view.onDidChangeVisibility(read));
    this.#store.add(vscode.workspace.onDidSaveTextDocument((document) => /\.ya?ml$/.test(document.fileName) && read()));
    this.#store.add(session.window.onDidChange(read));
    read();
  }

  get nodes(): readonly TemplateNode[] {
    return this.#nodes;
  }

  async read(): Promise<void> {
    if (!this.#view.visible) return;
    try {
      const core = await this.session.core();
      const workspace = this.session.window.folders.find((folder) => folder.scheme === 'file')?.path;
      this.#nodes = (await core.templates.list(workspace)).map((template) => ({ template }));
      this.#view.message = '';
    } catch (error) {
      if (isCancelled(error)) return;
      this.session.log.log('error', 'The templates cannot be listed', error);
      this.#view.message = `The templates cannot be listed: ${messageOf(error)}`;
    }
    this.#changed.fire(undefined);
  }

  getChildren(node?: TemplateNode): TemplateNode[] {
    return node === undefined ? [...this.#nodes] : [];
  }

  getTreeItem({ template }: TemplateNode): vscode.TreeItem {
    const { None } = vscode.TreeItemCollapsibleState;
    const item = treeItemOf(`${template.origin}:${template.file}`, templateLook(template), None);
    item.command = { command: 'berth.editTemplate', title: 'Edit Template', arguments: [{ template }] };
    return item;
  }

  dispose(): void {
    this.#store.dispose();
  }
}
