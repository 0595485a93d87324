import type * as Commander from 'commander';
import type { CommanderError } from 'commander';
import type { Command, Input } from './command';
import { Options } from './options';
import { badUsage } from './usage';

export type Parsed =
  | { readonly kind: 'run'; readonly input: Input; readonly json: boolean; readonly verbose: boolean }
  | { readonly kind: 'help'; readonly text: string };

function parserFor(command: Command, { Command: ParserClass, Option }: typeof Commander): Commander.Command {
  const parser = new ParserClass(`berth ${command.name}`)
    .usage(command.synopsis)
    .description(command.summary)
    .helpOption('-h, --help', 'show this help')
    .exitOverride()
    // What went wrong is told once, by the renderers.
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  for (const { spec, description } of command.operands) parser.argument(spec, description);
  for (const { flags, description, repeat, choices } of command.options) {
    const option = new Option(flags, description);
    if (repeat === true) option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    if (choices !== undefined) option.choices(choices);
    parser.addOption(option);
  }
  if (command.output === 'document') parser.option('--json', 'print one JSON document on stdout');
  parser.option('-v, --verbose', 'write a log to stderr');
  return parser;
}

/** What follows `--` is kept away from the parser where it is a command to run. */
function splitCommand(command: Command, argv: readonly string[]): [own: readonly string[], rest: readonly string[]] {
  const at = command.runs === undefined ? -1 : argv.indexOf('--');
  return at === -1 ? [argv, []] : [argv.slice(0, at), argv.slice(at + 1)];
}

/**
 * Reads one verb's command line.
 * @throws BerthError `bad_usage`
 */
export async function parse(command: Command, argv: readonly string[]): Promise<Parsed> {
  const [own, rest] = splitCommand(command, argv);
  const parser = parserFor(command, await import('commander'));
  try {
    parser.parse(own, { from: 'user' });
  } catch (error) {
    const { code, message } = error as CommanderError;
    if (code === 'commander.helpDisplayed') return { kind: 'help', text: helpOf(parser, command) };
    if (!code.startsWith('commander.')) throw error;
    throw wrongUsage(command, message.replace(/^error: /, ''));
  }
  if (command.runs === 'required' && rest.length === 0) throw wrongUsage(command, 'No command was given after "--"');
  const values = parser.opts();
  return {
    kind: 'run',
    input: { operands: parser.args, command: rest, options: new Options(values) },
    json: values['json'] === true,
    verbose: values['verbose'] === true,
  };
}

function wrongUsage(command: Command, message: string): Error {
  // Commander puts a suggestion on a line of its own.
  const text = message.trim().replace(/\n\(Did you mean (.*)\?\)$/s, '; did you mean $1?');
  const sentence = text.replaceAll('\n', ' ').replace(/^./, (first) => first.toUpperCase());
  const hint = `Usage: berth ${command.name} ${command.synopsis}`.trimEnd();
  return badUsage(/[.?]$/.test(sentence) ? sentence : `${sentence}.`, hint);
}

function helpOf(parser: Commander.Command, command: Command): string {
  return parser.helpInformation() + (command.notes === undefined ? '' : ['', ...command.notes, ''].join('\n'));
}
