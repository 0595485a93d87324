import type { ErrorDetail } from '../../core/errors';
import { width } from './width';
import { printable, type Style } from './style';

/** A finding in a file as compilers tell it: the place, the sentence, the line of source with a mark under the column. */
export function detailLines(detail: ErrorDetail, source: string | undefined, style: Style): string[] {
  const { file, line, column, path, message, expected, suggestion } = detail;
  const place = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
  const field = path === undefined || message.includes(path) ? '' : `${path}: `;
  const lines = [[style.bold(printable(place)), printable(`${field}${message}`)].join(' ').replace(/^ /, '  ')];
  const text = line === undefined ? undefined : source?.split(/\r?\n/)[line - 1];
  if (text !== undefined && line !== undefined) {
    const gutter = String(line);
    const before = column === undefined ? undefined : ' '.repeat(width(printable(text.slice(0, column - 1))));
    lines.push(`  ${style.dim(`${gutter} |`)} ${printable(text)}`);
    if (before !== undefined) lines.push(`  ${' '.repeat(gutter.length)} ${style.dim('|')} ${before}${style.red('^')}`);
  }
  if (expected !== undefined && !message.includes(expected)) lines.push(`  expected ${printable(expected)}`);
  if (suggestion !== undefined && !message.includes(suggestion))
    lines.push(`  did you mean "${printable(suggestion)}"?`);
  return lines;
}
