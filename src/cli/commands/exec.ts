import { posix } from 'node:path';
import type { CommandSpec } from '../../core/command';
import { attach } from '../attach';
import type { Command, Context, Input } from '../command';
import type { Options } from '../options';
import { terminalSize } from '../terminal';
import { badUsage } from '../usage';

export const exec: Command = {
  name: 'exec',
  synopsis: '[-p NAME] [options] -- CMD…',
  call: 'exec [-p NAME] -- CMD…',
  summary: 'run a command in the container',
  operands: [],
  options: [
    { flags: '-p, --project <NAME>', description: "a project's name, id prefix or path; left out: this folder" },
    { flags: '-w, --workdir <D>', description: 'where to run it; left out: the workspace' },
    { flags: '-u, --user <U>', description: 'who runs it; left out: the login user' },
    { flags: '-e, --env <K=V>', description: 'a variable; K alone passes on your own value', repeat: true },
    { flags: '--timeout <S>', description: 'kill it after S seconds, and exit 124' },
    { flags: '-i, --interactive', description: 'pass on stdin' },
    { flags: '-t, --tty', description: 'give it a terminal' },
  ],
  output: 'bytes',
  runs: 'required',
  exitCodes: { failed: 125, usage: 125 },
  notes: ['Exit code: the command’s own; 124 at a time-out; 125 when Berth itself failed', 'or was used wrongly.'],
  async run(context, input) {
    const spec = specOf(context, input);
    const { projects, use } = await context.core();
    const row = await projects.find(input.options.text('project'), context.cwd, context.signals.abort);
    return { kind: 'exit', code: await attach(context, use(row, 'engine'), spec(row.workspacePath)) };
  },
};

/** What is to run, once it is known where the workspace is. @throws BerthError `bad_usage` */
export function specOf(
  context: Pick<Context, 'env' | 'streams'>,
  { command, options }: Pick<Input, 'command' | 'options'>,
): (workspacePath: string) => CommandSpec {
  const timeoutMs = options.seconds('timeout');
  const env = environment(options, context.env);
  const tty = options.flag('tty');
  if (tty && options.flag('interactive') && !context.streams.stdin.isTTY) {
    throw badUsage('stdin is not a terminal.', 'Leave out -t.');
  }
  const workdir = options.text('workdir');
  const user = options.text('user');
  return (workspacePath) => ({
    argv: command,
    env,
    stdin: options.flag('interactive'),
    ...(tty ? { tty: terminalSize(context) } : {}),
    ...(workdir === undefined ? {} : { cwd: posix.resolve(workspacePath, workdir) }),
    ...(user === undefined ? {} : { user }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

/** `K=V` as given, `K` from our own environment: so that a secret need not stand in an argument. */
function environment(options: Options, own: Context['env']): Record<string, string> {
  const env: Record<string, string> = {};
  for (const item of options.list('env')) {
    const at = item.indexOf('=');
    const key = at === -1 ? item : item.slice(0, at);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) throw badUsage(`--env wants KEY=VALUE or KEY, not "${item}"`);
    const value = at === -1 ? own[key] : item.slice(at + 1);
    if (value !== undefined) env[key] = value;
  }
  return env;
}
