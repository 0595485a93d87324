import * as vscode from 'vscode';
import type { Look } from '../rows/look';

/**
 * A look as the editor's tree item, without its tooltip: the editor takes each one apart that it is handed, which costs more
 * than all else of a row, and asks a view's `resolveTreeItem` for the one that somebody looks at.
 */
export function treeItemOf(id: string, look: Look, collapsible: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(look.label, collapsible);
  item.id = id;
  item.description = look.description;
  item.iconPath = new vscode.ThemeIcon(
    look.icon,
    look.color === undefined ? undefined : new vscode.ThemeColor(look.color),
  );
  item.contextValue = look.context;
  item.accessibilityInformation = { label: look.spoken };
  return item;
}

/** What a row says when the pointer rests on it. */
export function withTooltip(item: vscode.TreeItem, look: Look): vscode.TreeItem {
  item.tooltip = new vscode.MarkdownString(look.tooltip);
  return item;
}
