import * as vscode from 'vscode';
import { isCancelled } from '../../core/errors';
import { DisposableStore, Emitter } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { ProjectIdentity, ProjectRow } from '../../core/model';
import { FileChanges, tellsTemplate } from './file-changes';
import { aliasOfFolder, isLocalFolder, rowOfFolder } from './window-project';
import type { WindowFolder } from './window-project';

/** What is known of a folder beside its path. */
interface Known {
  identity: ProjectIdentity | null;
  template: string | null;
  reason: string;
}

/** What the core tells of a folder. */
export interface FolderSource {
  identify(folder: string): Promise<ProjectIdentity>;
  propose(folder: string): Promise<{ readonly template: string; readonly reason: string }>;
}

/** This window's folders and who they are; asked again when folders or their templates change. */
export class WindowState implements Disposable {
  readonly #store = new DisposableStore();
  readonly files = this.#store.add(new FileChanges());
  readonly #changed = this.#store.add(new Emitter<void>());
  readonly onDidChange = this.#changed.event;
  readonly #known = new Map<string, Known>();
  #source: FolderSource | undefined;
  #learning: Promise<void> = Promise.resolve();

  /** Asked for at every change of every row; null where the editor has told of others since. */
  #folders: readonly WindowFolder[] | null = null;

  constructor() {
    const again = (): void => this.#learn();
    const onOthers = (): void => {
      this.#folders = null;
      again();
    };
    this.#store.add(vscode.workspace.onDidChangeWorkspaceFolders(onOthers));
    this.#store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#changed.fire()));
    this.#store.add(this.files.onDidChange((change) => tellsTemplate(change) && again()));
  }

  get folders(): readonly WindowFolder[] {
    return (this.#folders ??= openFolders());
  }

  /** Whether this window itself runs in one of Berth's containers. */
  get isContainer(): boolean {
    return this.folders.some((folder) => aliasOfFolder(folder) !== null);
  }

  rowOf(folder: WindowFolder, rows: readonly ProjectRow[]): ProjectRow | undefined {
    return rowOfFolder(folder, this.identity(folder)?.id ?? null, rows);
  }

  identity(folder: WindowFolder): ProjectIdentity | null {
    return this.#known.get(folder.path)?.identity ?? null;
  }

  proposal(folder: WindowFolder): { readonly template: string | null; readonly reason: string } {
    const known = this.#known.get(folder.path);
    return { template: known?.template ?? null, reason: known?.reason ?? '' };
  }

  /** The folder of this window that belongs to a project, on this machine or in the container. */
  folderOf(row: ProjectRow): WindowFolder | undefined {
    return this.folders.find((folder) => this.rowOf(folder, [row]) !== undefined);
  }

  /** Where a project's files are for this window: in the container it is open in, else on this machine. */
  uriOf(row: ProjectRow): vscode.Uri {
    const folder = this.folderOf(row);
    if (folder === undefined || isLocalFolder(folder)) return vscode.Uri.file(folder?.path ?? row.folder);
    return vscode.Uri.from({ scheme: folder.scheme, authority: folder.authority, path: folder.path });
  }

  /** From now on folders are asked about here. */
  learnWith(source: FolderSource): void {
    this.#source = source;
    this.#learn();
  }

  /** Resolves once all that was asked about the folders so far is known. */
  settled(): Promise<void> {
    return this.#learning;
  }

  #learn(): void {
    this.#changed.fire();
    this.#learning = this.#learning.then(() => this.#learnAll());
  }

  async #learnAll(): Promise<void> {
    await Promise.all(this.folders.filter(isLocalFolder).map((folder) => this.#learnOf(folder.path)));
    this.#changed.fire();
  }

  async #learnOf(path: string): Promise<void> {
    const known = this.#known.get(path) ?? { identity: null, template: null, reason: '' };
    this.#known.set(path, known);
    if (this.#source === undefined) return;
    try {
      known.identity = await this.#source.identify(path);
      Object.assign(known, await this.#source.propose(path));
    } catch (error) {
      // A folder that cannot be one, or a template with mistakes: the row says less, and the action says why.
      if (!isCancelled(error)) Object.assign(known, { template: null, reason: '' });
    }
  }

  dispose(): void {
    this.#store.dispose();
  }
}

function openFolders(): readonly WindowFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).map(({ uri, name }) => ({
    scheme: uri.scheme,
    authority: uri.authority,
    path: uri.scheme === 'file' ? uri.fsPath : uri.path,
    name,
  }));
}
