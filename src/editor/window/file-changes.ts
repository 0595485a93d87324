import { basename } from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, Emitter } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import { templateNames } from '../templates/template-files';

/** A file came, went or has another text; by its name without a folder. */
export interface FileChange {
  readonly name: string;
  readonly kind: 'created' | 'changed' | 'deleted';
}

/** What a folder's template is told by where it has none of its own. */
const signs = ['package.json', 'pyproject.toml', 'requirements.txt'];
const devcontainers = ['devcontainer.json', '.devcontainer.json'];

/** Pure: whether it hangs on such a file which template is a folder's, or what that says. */
export function tellsTemplate({ name }: FileChange): boolean {
  return name === 'berth.yaml' || name === 'berth.local.yaml' || signs.includes(name);
}

/** Pure: whether it hangs on such a file what can be imported from a folder. */
export function tellsImport({ name, kind }: FileChange): boolean {
  return kind !== 'changed' && (name === 'berth.yaml' || devcontainers.includes(name));
}

/**
 * Changes of all files of this window's folders that anything here hangs on. One watcher of the editor's for all who listen:
 * each takes the start of a window about a millisecond, and looks at every file that changes from then on.
 */
export class FileChanges implements Disposable {
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new Emitter<FileChange>());
  readonly onDidChange = this.#changed.event;

  /** From now on it tells. */
  watch(): void {
    const names = [...templateNames, ...signs, ...devcontainers].join(',');
    const watcher = this.#store.add(vscode.workspace.createFileSystemWatcher(`**/{${names}}`));
    const tell = (kind: FileChange['kind']) => (uri: vscode.Uri) =>
      this.#changed.fire({ name: basename(uri.path), kind });
    this.#store.add(watcher.onDidCreate(tell('created')));
    this.#store.add(watcher.onDidChange(tell('changed')));
    this.#store.add(watcher.onDidDelete(tell('deleted')));
  }

  dispose(): void {
    this.#store.dispose();
  }
}
