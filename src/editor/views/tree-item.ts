import * as vscode from 'vscode';
import type { Look } from '../rows/look';

/** A look as the editor's tree item. */
export function treeItemOf(id: string, look: Look, collapsible: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(look.label, collapsible);
  item.id = id;
  item.description = look.description;
  item.iconPath = new vscode.ThemeIcon(
    look.icon,
    look.color === undefined ? undefined : new vscode.ThemeColor(look.color),
  );
  item.contextValue = look.context;
  item.tooltip = new vscode.MarkdownString(look.tooltip);
  item.accessibilityInformation = { label: look.spoken };
  return item;
}
