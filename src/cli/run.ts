import type { Core } from '../core';
import type { Command } from './command';
import { fail, failed } from './failed';
import { makeCore } from './make-core';
import type { Result } from './result';
import { Signals } from './signals';
import { brokenPipeCode, flush, onBrokenPipe, type Streams } from './streams';
import { commands } from './table';
import { badUsage } from './usage';
import { version } from '../core/version';

/** Runs one command line in this process. @returns the exit code */
export async function run(argv: readonly string[]): Promise<number> {
  const streams: Streams = process;
  const [word, ...rest] = argv;
  if (word === '--version' || word === '-V') {
    streams.stdout.write(`${version}\n`);
    await flush(streams);
    return 0;
  }
  const command = commands.find(({ name }) => name === word);
  return command === undefined ? await withoutCommand(argv, streams) : await runCommand(command, rest, streams);
}

/** `berth`, `berth --help`, `berth help COMMAND`, and words that are no command. */
async function withoutCommand([word, topic, ...more]: readonly string[], streams: Streams): Promise<number> {
  const { rootHelp, suggestion } = await import('./help');
  const help = rootHelp(commands, version);
  if (word === 'help' && topic !== undefined) {
    const command = commands.find(({ name }) => name === topic);
    if (command !== undefined) return await runCommand(command, ['--help'], streams);
  }
  if (word === '--help' || word === '-h' || word === 'help') {
    streams.stdout.write(help);
    await flush(streams);
    return 0;
  }
  if (word === undefined) {
    streams.stderr.write(help);
    await flush(streams);
    return 2;
  }
  const near = suggestion(word, commands);
  const hint = near === undefined ? 'Run "berth --help" to see them all.' : `Did you mean "berth ${near}"?`;
  const json = [topic, ...more].includes('--json');
  await fail(badUsage(`There is no command "${word}".`, hint), json, streams);
  if (!json) streams.stderr.write(`\n${help}`);
  await flush(streams);
  return 2;
}

async function runCommand(command: Command, argv: readonly string[], streams: Streams): Promise<number> {
  const codes = command.exitCodes ?? { failed: 1, usage: 2 };
  // Known before parsing too, so that a wrong command line gets its JSON document.
  let json = command.output === 'document' && beforeDashes(argv).includes('--json');
  let core: Promise<Core> | undefined;
  const signals = new Signals((code) => process.exit(code));
  const output = { broken: false };
  onBrokenPipe(streams, () => {
    output.broken = true;
    signals.cancel();
  });
  try {
    const { parse } = await import('./parse');
    const parsed = await parse(command, argv);
    if (parsed.kind === 'help') {
      streams.stdout.write(parsed.text);
      return 0;
    }
    json = parsed.json;
    const { input, verbose } = parsed;
    const result = await command.run(
      {
        core: () => (core ??= makeCore({ env: process.env, verbose, stderr: streams.stderr })),
        cwd: process.cwd(),
        env: process.env,
        streams,
        signals,
        json,
        verbose,
      },
      input,
    );
    const code = await tell(result, json, streams);
    return output.broken ? brokenPipeCode : code;
  } catch (error) {
    if (output.broken) return brokenPipeCode;
    return await failed(error, { json, signals, streams, codes });
  } finally {
    await core?.then((made) => made.dispose()).catch(() => undefined);
    await flush(streams);
    signals.dispose();
  }
}

function beforeDashes(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf('--');
  return at === -1 ? argv : argv.slice(0, at);
}

async function tell(result: Result, json: boolean, streams: Streams): Promise<number> {
  if (result.kind === 'exit') return result.code;
  if (json) {
    const { jsonDocument } = await import('./render/json');
    streams.stdout.write(`${JSON.stringify(jsonDocument(result))}\n`);
  } else {
    const [{ resultText }, { styleFor }] = await Promise.all([import('./render/text'), import('./render/style')]);
    streams.stdout.write(`${resultText(result, styleFor(streams.stdout.isTTY, process.env))}\n`);
  }
  return result.kind === 'doctor' && !result.report.healthy ? 1 : 0;
}
