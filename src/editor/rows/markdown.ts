/** Text as Markdown that shows exactly that text, inside a table's cell too. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~&$]/g, '\\$&').replaceAll('\n', ' ');
}
