import { parse } from 'shell-quote';

/**
 * The words of a command line, quotes and backslashes read as a shell would. Nothing is expanded, since no shell runs it.
 * A string instead of a list says what only a shell could do. Pure.
 */
export function commandWords(line: string): readonly string[] | string {
  const words: string[] = [];
  // A variable stays as it is written; quotes keep a text from being one in a shell, and nothing is lost by the same here.
  for (const word of parse(line, (name) => `$${name}`)) {
    if (typeof word === 'string') words.push(word);
    else if ('comment' in word) return 'a comment (#) has no place in it';
    else if (word.op === 'glob') words.push(word.pattern);
    else return `no shell runs it, so ${word.op} means nothing; for a pipeline name a script, or sh -c '…'`;
  }
  return words[0] === undefined || words[0] === '' ? 'it names no program' : words;
}
