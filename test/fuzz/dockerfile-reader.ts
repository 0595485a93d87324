/**
 * Reads a Dockerfile and the shell in it by the rules of their own references, with nothing of Berth's: what the fuzz
 * holds against what Berth has written.
 */
export interface Instruction {
  readonly keyword: string;
  /** What follows, with its lines joined. */
  readonly rest: string;
}

/** Instructions as a builder splits them: comment lines go, also inside; a backslash at a line's end joins the next. */
export function instructionsOf(dockerfile: string): Instruction[] {
  const made: Instruction[] = [];
  let open = '';
  for (const line of dockerfile.split('\n')) {
    if (/^[ \t]*#/.test(line) || (open !== '' && line.trim() === '')) continue;
    const joined = /\\[ \t\r]*$/.test(line);
    open += joined ? line.replace(/\\[ \t\r]*$/, '') : line;
    if (joined) continue;
    const [, keyword, rest = ''] = /^\s*([A-Za-z]+)(?:\s+([^]*))?$/.exec(open) ?? [];
    if (keyword !== undefined) made.push({ keyword: keyword.toUpperCase(), rest: rest.trim() });
    else if (open.trim() !== '') throw new Error(`No instruction: ${open.slice(0, 200)}`);
    open = '';
  }
  if (open !== '') throw new Error(`An instruction without an end: ${open.slice(0, 200)}`);
  return made;
}

/** A word of an instruction that expands variables, as its reference says. @throws where it expands one, or is several */
export function expandedWord(word: string): string {
  let value = '';
  let quote = '';
  for (let at = 0; at < word.length; at += 1) {
    const character = word[at] ?? '';
    const next = word[at + 1] ?? '';
    if (quote === "'") {
      if (character === "'") quote = '';
      else value += character;
    } else if (character === '\\' && (quote === '' || /["$\\]/.test(next))) {
      value += next;
      at += 1;
    } else if (character === '$') throw new Error(`A variable in ${word}`);
    else if (character === quote) quote = '';
    else if (quote === '' && /["']/.test(character)) quote = character;
    else if (quote === '' && /\s/.test(character)) throw new Error(`Several words in ${word}`);
    else value += character;
  }
  if (quote !== '') throw new Error(`An open quote in ${word}`);
  return value;
}

/** A word of a shell, or an operator between words. */
export interface Token {
  readonly kind: 'word' | 'operator';
  readonly raw: string;
  /** What it stands for, where nothing in it is expanded; null for a word that the shell works out. */
  readonly value: string | null;
}

const operator = /^(?:&&|\|\||;;|<<-?|>>|<&|>&|<>|>\||[;&|<>()\n])/;

/** The tokens of a shell command (POSIX.1-2017, Shell Command Language 2.2 and 2.3). */
export function shellTokens(command: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < command.length;) {
    const rest = command.slice(at);
    const blank = /^[ \t]+/.exec(rest)?.[0];
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    if (rest.startsWith('#')) {
      at += /^[^\n]*/.exec(rest)?.[0].length ?? 0;
      continue;
    }
    const found = operator.exec(rest)?.[0];
    if (found !== undefined) {
      tokens.push({ kind: 'operator', raw: found, value: null });
      at += found.length;
      continue;
    }
    const word = wordAt(command, at);
    tokens.push(word);
    at += word.raw.length;
  }
  return tokens;
}

function wordAt(text: string, start: number): Token {
  let at = start;
  let value = '';
  let literal = true;
  const take = (length: number): string => {
    const taken = text.slice(at, at + length);
    if (taken.length < length) throw new Error(`An open quote in ${text.slice(start, start + 200)}`);
    at += length;
    return taken;
  };
  const until = (end: string): string => {
    const stop = text.indexOf(end, at);
    if (stop === -1) throw new Error(`An open ${end} in ${text.slice(start, start + 200)}`);
    return take(stop - at);
  };
  while (at < text.length && !/[ \t]/.test(text[at] ?? '') && !operator.test(text.slice(at, at + 2))) {
    const character = take(1);
    if (character === "'") {
      value += until("'");
      take(1);
    } else if (character === '\\') value += take(1);
    else if (character === '"') {
      for (let inner = take(1); inner !== '"'; inner = take(1)) {
        if (inner === '\\' && /["$`\\]/.test(text[at] ?? '')) value += take(1);
        else if (inner === '$' || inner === '`') {
          literal = false;
          if (inner === '$' && text[at] === '(') substitution();
        } else value += inner;
      }
    } else if (character === '$' || character === '`') {
      literal = false;
      if (character === '$' && text[at] === '(') substitution();
    } else value += character;
  }
  return { kind: 'word', raw: text.slice(start, at), value: literal ? value : null };

  /** Quotes in a substitution are its own. */
  function substitution(): void {
    take(1);
    for (let depth = 1; depth > 0;) {
      const inner = take(1);
      if (inner === "'") {
        until("'");
        take(1);
      } else if (inner === '\\') take(1);
      else if (inner === '(') depth += 1;
      else if (inner === ')') depth -= 1;
    }
  }
}
