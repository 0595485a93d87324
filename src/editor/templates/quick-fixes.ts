import * as vscode from 'vscode';
import { diagnosticSource } from './diagnostics';
import type { TemplateDiagnostics } from './diagnostics';

/** Puts the name that was meant in place of a misspelt one. */
export class TemplateQuickFixes implements vscode.CodeActionProvider {
  static readonly kinds: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  };

  constructor(private readonly diagnostics: TemplateDiagnostics) {}

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    return this.diagnostics.marksIn(document.uri).flatMap(({ line, start, end, message, fix }) => {
      const marked = new vscode.Range(line, start, line, end);
      const diagnostic = diagnostics.find(
        (one) => one.source === diagnosticSource && one.message === message && one.range.isEqual(marked),
      );
      if (diagnostic === undefined || fix === undefined) return [];
      const action = new vscode.CodeAction(`Change to "${fix.text}"`, vscode.CodeActionKind.QuickFix);
      action.diagnostics = [diagnostic];
      action.isPreferred = true;
      action.edit = new vscode.WorkspaceEdit();
      action.edit.replace(document.uri, new vscode.Range(line, fix.start, line, fix.end), fix.text);
      return [action];
    });
  }
}
