import * as vscode from 'vscode';
import { DisposableStore } from '../core/lifetime';
import type { Disposable } from '../core/lifetime';

const scheme = 'berth-text';

/** Texts that are shown but belong to no file: read-only by nature, and shown anew when made anew. */
export class VirtualTexts implements vscode.TextDocumentContentProvider, Disposable {
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.#changed.event;
  readonly #texts = new Map<string, string>();

  constructor() {
    this.#store.add(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
  }

  /** Shows Markdown as it is meant to be read; as text in an editor whose own preview is switched off. */
  async read(name: string, markdown: string): Promise<void> {
    const uri = this.#keep(name, markdown);
    try {
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    } catch {
      await this.show(name, markdown, 'markdown');
    }
  }

  async show(name: string, text: string, language: string): Promise<vscode.TextDocument> {
    const uri = this.#keep(name, text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, language);
    await vscode.window.showTextDocument(document, { preview: true });
    return document;
  }

  #keep(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${name}` });
    this.#texts.set(uri.path, text);
    this.#changed.fire(uri);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.path) ?? '';
  }

  dispose(): void {
    this.#store.dispose();
  }
}
