import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { userTemplatesDir } from '../../core/home';
import { isCancelled } from '../../core/errors';
import { DisposableStore } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { Session } from '../session';
import { marksOf } from './marks';
import type { Mark } from './marks';
import { pathHere } from './path-here';
import { isTemplateFile, isTemplateName, isYaml } from './template-files';

/** Milliseconds without a key press after which a text is looked at. */
const pause = 200;

/** How the editor names who found a problem. */
export const diagnosticSource = 'Berth';

/**
 * Marks what is wrong in the templates that are open, as one types. Nothing is loaded for it before the first of them is
 * opened. An edit can mend or break every file that extends the edited one, so all open ones are looked at again.
 */
export class TemplateDiagnostics implements Disposable {
  readonly #store = new DisposableStore();
  readonly #collection = this.#store.add(vscode.languages.createDiagnosticCollection('berth'));
  readonly #marks = new Map<string, readonly Mark[]>();
  readonly #userDir = userTemplatesDir(process.env, process.platform, homedir());
  #timer: NodeJS.Timeout | undefined;
  #round = 0;

  constructor(private readonly session: Session) {
    const { workspace } = vscode;
    this.#store.add(workspace.onDidOpenTextDocument((document) => this.#isOurs(document) && this.#soon(0)));
    this.#store.add(
      workspace.onDidChangeTextDocument(({ document }) => isYaml(document.uri.path) && this.#soon(pause)),
    );
    this.#store.add(workspace.onDidSaveTextDocument((document) => isYaml(document.uri.path) && this.#soon(0)));
    this.#store.add(workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri)));
    this.#store.add(session.window.files.onDidChange(({ name }) => isTemplateName(name) && this.#soon(pause)));
    // In a window of a container the files' place on this machine is known once its row is.
    this.#store.add(
      session.onDidChangeSnapshot(({ before, after }) => before.loaded !== after.loaded && this.#soon(0)),
    );
    this.#soon(0);
  }

  /** What is marked in a document now. */
  marksIn(uri: vscode.Uri): readonly Mark[] {
    return this.#marks.get(uri.toString()) ?? [];
  }

  get #open(): vscode.TextDocument[] {
    return vscode.workspace.textDocuments.filter((document) => this.#isOurs(document));
  }

  #isOurs({ uri, isClosed }: vscode.TextDocument): boolean {
    const path = isClosed || !isYaml(uri.path) ? undefined : pathHere(uri, this.session);
    return path !== undefined && isTemplateFile(path, this.#userDir);
  }

  #soon(delay: number): void {
    if (this.#open.length === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#checkAll(), delay);
  }

  async #checkAll(): Promise<void> {
    const round = ++this.#round;
    try {
      const { templates } = await this.session.core();
      const texts = new Map(
        vscode.workspace.textDocuments
          .filter(({ uri, isDirty }) => isDirty && isYaml(uri.path))
          .map((document) => [pathHere(document.uri, this.session) ?? '', document.getText()]),
      );
      for (const document of this.#open) {
        const { uri, version } = document;
        const path = pathHere(uri, this.session) ?? '';
        const check = await templates.check(path, new Map([...texts, [path, document.getText()]]));
        // What was typed meanwhile has its own round.
        if (round !== this.#round) return;
        if (document.isClosed || document.version !== version) continue;
        const marks = marksOf(path, document.getText(), check);
        this.#marks.set(uri.toString(), marks);
        this.#collection.set(uri, marks.map(diagnosticOf));
      }
    } catch (error) {
      if (!isCancelled(error)) this.session.log.log('error', 'A template cannot be checked', error);
    }
  }

  #forget(uri: vscode.Uri): void {
    if (!this.#marks.delete(uri.toString())) return;
    this.#collection.delete(uri);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#round += 1;
    this.#store.dispose();
  }
}

function diagnosticOf(mark: Mark): vscode.Diagnostic {
  const { Error, Information } = vscode.DiagnosticSeverity;
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(mark.line, mark.start, mark.line, mark.end),
    mark.message,
    mark.severity === 'error' ? Error : Information,
  );
  diagnostic.source = diagnosticSource;
  diagnostic.relatedInformation = mark.related.map(({ file = '', line = 1, column = 1, message }) => {
    const at = new vscode.Position(line - 1, column - 1);
    return new vscode.DiagnosticRelatedInformation(new vscode.Location(vscode.Uri.file(file), at), message);
  });
  return diagnostic;
}
