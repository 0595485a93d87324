import { basename } from 'node:path';
import type { ErrorDetail } from '../../core/errors';
import type { TemplateCheck } from '../../core/templates/types';
import { nameAt, partAt } from './word-range';

/** One thing marked in a template's text, in the editor's counting: lines and characters from 0. */
export interface Mark {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly severity: 'error' | 'information';
  /** What stands there in place of the marked name, where one is known. */
  readonly fix?: { readonly start: number; readonly end: number; readonly text: string };
  /** What it comes from, in other files. */
  readonly related: readonly ErrorDetail[];
}

/** Pure: what a check found, as marks in the one file that is shown. */
export function marksOf(file: string, text: string, check: TemplateCheck): Mark[] {
  const lines = text.split(/\r\n|\n|\r/);
  const mark = (detail: ErrorDetail, severity: Mark['severity']): Mark => {
    const line = Math.min((detail.line ?? 1) - 1, lines.length - 1);
    const column = (detail.column ?? 1) - 1;
    const shown = lines[line] ?? '';
    const { suggestion } = detail;
    const name = nameAt(shown, column);
    const part = partAt(shown, column);
    return {
      line,
      ...(suggestion === undefined ? part : { start: column, end: Math.max(name.end, part.end) }),
      message: suggestion === undefined ? detail.message : `${detail.message} Did you mean "${suggestion}"?`,
      severity,
      ...(suggestion === undefined || name.end === name.start ? {} : { fix: { ...name, text: suggestion } }),
      related: [],
    };
  };
  const own = check.problems.filter((problem) => isIn(problem, file)).map((problem) => mark(problem, 'error'));
  const others = byFile(check.problems, file);
  const top = {
    line:
      Math.max(
        0,
        lines.findIndex((line) => /^[^#\s]/.test(line)),
      ) + 1,
    column: 1,
  };
  return [
    ...own,
    ...others.map(({ from, details }) => {
      const isLocal = basename(from) === 'berth.local.yaml';
      const at = isLocal ? top : (check.extendsAt ?? top);
      const more = details.length === 1 ? '' : ` (and ${details.length - 1} more)`;
      const message = `In ${basename(from)}: ${details[0]?.message ?? ''}${more}`;
      return { ...mark({ ...at, message }, 'error'), related: details };
    }),
  ];
}

/** What cannot be placed in any file is told in the one that is shown. */
function isIn(detail: ErrorDetail, file: string): boolean {
  return detail.file === undefined || detail.file === file;
}

function byFile(details: readonly ErrorDetail[], own: string): { from: string; details: ErrorDetail[] }[] {
  const elsewhere = details.filter((detail) => !isIn(detail, own));
  const files = [...new Set(elsewhere.map(({ file = '' }) => file))];
  return files.map((from) => ({ from, details: elsewhere.filter(({ file }) => file === from) }));
}
