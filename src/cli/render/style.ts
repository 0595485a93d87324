/** Paints text for one stream; every painter leaves text as it is where colours are not wanted. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

/** Colours on a terminal, unless NO_COLOR (any value) or TERM=dumb says else. */
export function styleFor(terminal: boolean, env: Readonly<Record<string, string | undefined>>): Style {
  const wanted = terminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const painter = (name: keyof typeof codes) => {
    const [on, off] = codes[name];
    return (text: string) => (wanted && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  };
  return {
    bold: painter('bold'),
    dim: painter('dim'),
    red: painter('red'),
    green: painter('green'),
    yellow: painter('yellow'),
  };
}

/**
 * Text that came from outside (a folder's name, a label) as it may be shown on one line of a terminal:
 * control characters, which could move the cursor or end the line, are written out.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const named = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
    return named ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

/** The colours of the sidebar's icons, for the same words. */
export function paintState(word: string, style: Style): string {
  if (word === 'running' || word === 'healthy') return style.green(word);
  if (word === 'crashed' || word === 'unhealthy') return style.red(word);
  if (word === 'stale' || word === 'degraded') return style.yellow(word);
  return style.dim(word);
}
