/**
 * The one quoting function for POSIX shells: whatever the text, the shell reads back exactly that text as one word.
 * Single quotes make every character literal but the single quote itself, which is put in between by `'\''`.
 * @throws RangeError on NUL, which no argument of a process can carry.
 */
export function shellQuote(text: string): string {
  if (text.includes('\0')) throw new RangeError('A shell word cannot hold a NUL character');
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A whole command line out of its words. */
export function shellCommand(argv: readonly string[]): string {
  return argv.map(shellQuote).join(' ');
}

/**
 * The same for one word of a Dockerfile instruction that expands variables (ARG, ENV, WORKDIR …): in double quotes,
 * where `\`, `"` and `$` need a backslash and nothing else means anything.
 * @throws RangeError on NUL and on line ends, which no such word can hold.
 */
export function dockerfileQuote(text: string): string {
  if (/[\0\r\n]/.test(text)) throw new RangeError('A word of a Dockerfile cannot hold a line end or NUL');
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  return `"${text.replaceAll(/["$\\]/g, String.raw`\$&`)}"`;
}

/**
 * A command as the JSON array that RUN, CMD and ENTRYPOINT take: no shell and no variable comes in between, and a line
 * end is written as an escape. Long text is folded by the Dockerfile's own line continuation, since the builders take
 * lines of 64 KiB at most; every fold lies between two letters or digits, where no continuation can be misread.
 * @throws RangeError on NUL.
 */
export function dockerfileArgv(argv: readonly string[]): string {
  if (argv.some((word) => word.includes('\0'))) throw new RangeError('An argument cannot hold a NUL character');
  const words = argv.map((word) =>
    // Line separators of Unicode are plain characters in JSON, but not for every reader of lines.
    JSON.stringify(word).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    }),
  );
  return folded(`[${words.join(', ')}]`);
}

function folded(line: string): string {
  const longest = 8000;
  if (line.length <= longest) return line;
  const parts: string[] = [];
  let start = 0;
  while (line.length - start > longest) {
    let end = start + longest;
    while (end > start && !/^[A-Za-z0-9]{2}$/.test(line.slice(end - 1, end + 1))) end -= 1;
    if (end === start) {
      // Nothing to fold at: the line stays long, and the builder judges it.
      end = line.length;
    }
    parts.push(line.slice(start, end));
    start = end;
  }
  parts.push(line.slice(start));
  return parts.filter((part) => part !== '').join('\\\n');
}
