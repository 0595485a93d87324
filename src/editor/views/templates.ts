import * as vscode from 'vscode';
import { isCancelled, messageOf } from '../../core/errors';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { TemplateEntry, TemplateOrigin } from '../../core/templates/types';
import type { Look } from '../rows/look';
import { templateGroupLook, templateLook } from '../rows/template-look';
import type { Session } from '../session';
import { isTemplateName, isYaml } from '../templates/template-files';
import { isLocalFolder } from '../window/window-project';
import { treeItemOf, withTooltip } from './tree-item';

/** A row of the Templates view: a template. */
export interface TemplateNode {
  readonly template: TemplateEntry;
}

/** A row of the Templates view: those of one origin. */
export interface TemplateGroupNode {
  readonly origin: TemplateOrigin;
  readonly children: readonly TemplateNode[];
}

type Node = TemplateGroupNode | TemplateNode;

const origins: readonly TemplateOrigin[] = ['workspace', 'user', 'built-in'];

/** The Templates view: the catalogue as it was last read, read again when the view opens or a template's file changes. */
export class TemplatesView implements vscode.TreeDataProvider<Node>, Disposable {
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<Node>;
  #groups: readonly TemplateGroupNode[] = [];
  #shown = '';
  #reading: Promise<void> = Promise.resolve();

  constructor(private readonly session: Session) {
    this.#view = this.#store.add(vscode.window.createTreeView('berth.templates', { treeDataProvider: this }));
    const read = (): void => void (this.#view.visible && this.read());
    this.#store.add(this.#view.onDidChangeVisibility(read));
    this.#store.add(vscode.workspace.onDidSaveTextDocument(({ uri }) => isYaml(uri.path) && read()));
    this.#store.add(session.window.onDidChange(read));
    this.#store.add(session.window.files.onDidChange(({ name }) => isTemplateName(name) && read()));
    read();
  }

  /** The groups as they are shown; those without templates are not. */
  get groups(): readonly TemplateGroupNode[] {
    return this.#groups;
  }

  /** Reads the catalogue of every folder of this window anew: one reading after the other, so that the last one stays. */
  read(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read());
    return this.#reading;
  }

  async #read(): Promise<void> {
    try {
      const { templates } = await this.session.core();
      const folders = this.session.window.folders.filter(isLocalFolder).map(({ path }) => path);
      const [first, ...others] = await Promise.all(
        folders.length === 0 ? [templates.list()] : folders.map((path) => templates.list(path)),
      );
      // What is not a folder's own is in every list.
      const all = [...(first ?? []), ...others.flat().filter(({ origin }) => origin === 'workspace')];
      this.#groups = origins
        .map((origin) => ({
          origin,
          children: all.filter((template) => template.origin === origin).map((template) => ({ template })),
        }))
        .filter(({ children }) => children.length > 0);
      this.#view.message = '';
    } catch (error) {
      if (isCancelled(error)) return;
      this.session.log.log('error', 'The templates cannot be listed', error);
      this.#view.message = `The templates cannot be listed: ${messageOf(error)}`;
    }
    const shown = JSON.stringify(this.#groups);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#changed.fire(undefined);
  }

  getChildren(node?: Node): Node[] {
    if (node === undefined) return [...this.#groups];
    return 'children' in node ? [...node.children] : [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const { None, Expanded } = vscode.TreeItemCollapsibleState;
    const look = lookOf(node);
    if ('children' in node) return treeItemOf(`group:${node.origin}`, look, Expanded);
    const { template } = node;
    const item = treeItemOf(`${template.origin}:${template.file}`, look, None);
    item.command = { command: 'berth.editTemplate', title: 'Edit Template', arguments: [{ template }] };
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, node: Node): vscode.TreeItem {
    return withTooltip(item, lookOf(node));
  }

  dispose(): void {
    this.#store.dispose();
  }
}

function lookOf(node: Node): Look {
  if (!('children' in node)) return templateLook(node.template);
  return templateGroupLook(
    node.origin,
    node.children.map(({ template }) => template),
  );
}
