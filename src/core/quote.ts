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
