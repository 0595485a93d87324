/** A stretch of one line, in characters counted from 0; `end` is the first one behind it. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Pure: the name at a column, without quotes around it: what a quick fix puts another name in place of. */
export function nameAt(line: string, column: number): Stretch {
  const start = line[column] === '"' || line[column] === "'" ? column + 1 : column;
  const length = /^[A-Za-z0-9_./@-]+/.exec(line.slice(start))?.[0].length ?? 0;
  return { start, end: start + length };
}

/**
 * Pure: how far what begins at a column goes within its line: a quoted text, a bracket to its partner, a plain value up
 * to what ends it in YAML. Never empty unless the line is.
 */
export function partAt(line: string, column: number): Stretch {
  const text = line.trimEnd();
  const first = text[column];
  // A thing that is missing is shown on the line that lacks it.
  if (first === undefined) return { start: line.search(/\S|$/), end: text.length };
  if (first === '"' || first === "'") return { start: column, end: endOfQuoted(text, column, first) };
  if (first === '[' || first === '{') return { start: column, end: endOfBracket(text, column) };
  const rest = text.slice(column);
  const inFlow = /[[{,]\s*(?:[^\s,[\]{}]+:\s*)?$/.test(text.slice(0, column)) && /[[{]/.test(text.slice(0, column));
  const end = rest.search(inFlow ? /:(?:\s|$)|\s+#|\s*[,[\]{}]/ : /:(?:\s|$)|\s+#/);
  return { start: column, end: end < 1 ? text.length : column + end };
}

function endOfQuoted(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (quote === '"' && text[at] === '\\') at += 1;
    else if (text[at] === quote && (quote === '"' || text[at + 1] !== quote)) return at + 1;
    else if (text[at] === quote) at += 1;
  }
  return text.length;
}

function endOfBracket(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const here = text[at];
    if (here === '"' || here === "'") at = endOfQuoted(text, at, here) - 1;
    else if (here === '[' || here === '{') depth += 1;
    else if (here === ']' || here === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}
