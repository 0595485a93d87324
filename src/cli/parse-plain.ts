import type { Command, Input, OptionSpec } from './command';
import { Options } from './options';

/**
 * Reads a command line that holds nothing but options as they stand in the help, each a word of its own with its value in
 * the next, and a command after `--`: without the library that knows all the other ways, and help, and what is wrong with a
 * line, since loading that takes longer than reading. Null for any other line. Pure.
 */
export function parsePlain(
  { options }: Pick<Command, 'options'>,
  argv: readonly string[],
): Pick<Input, 'command' | 'options'> | null {
  const at = argv.indexOf('--');
  const command = argv.slice(at + 1);
  if (at < 0 || command.length === 0) return null;
  const values: Record<string, unknown> = {};
  const words = argv.slice(0, at)[Symbol.iterator]();
  for (const word of words) {
    const option = options.find(({ flags }) => namesOf(flags).includes(word));
    if (option === undefined) return null;
    const name = longName(option);
    if (name === null || option.choices !== undefined) return null;
    if (!option.flags.includes('<')) {
      values[name] = true;
      continue;
    }
    const next = words.next();
    // What looks like an option may be one, or a mistake.
    if (next.done === true || next.value.startsWith('-')) return null;
    const before = values[name];
    values[name] =
      option.repeat === true ? [...(Array.isArray(before) ? (before as unknown[]) : []), next.value] : next.value;
  }
  return { command, options: new Options(values) };
}

/** `-w, --workdir <D>`: `-w` and `--workdir`. */
function namesOf(flags: string): readonly string[] {
  return flags.split(/[ ,]+/).filter((word) => word.startsWith('-'));
}

/** The name under which the value is asked for; null for one that is not a single plain word. */
function longName({ flags }: OptionSpec): string | null {
  return /--([a-z]+)(?: |$)/.exec(flags)?.[1] ?? null;
}
