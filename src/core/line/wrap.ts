import type { TerminalSize } from '../command';
import { BerthError } from '../errors';
import { isStopping, noteUse } from '../idle/mark';
import { shellCommand, shellQuote } from '../quote';
import { forgetSession, sourceEnvironment } from '../secrets/places';

/**
 * How a command starts inside a container, the same on both roads (the engine's exec and an SSH channel). The start is
 * a small script in the variable `BERTH_RUN`, not in an argument: so no login shell, whatever its dialect, has to parse
 * it, and neither the process list nor the engine's event log shows what is run or its environment.
 *
 * Both roads start a process as leader of a session of its own, and the script keeps its process by `exec`: the number
 * that it tells on stderr before the command begins is the command's pid, process group and session at once. Nothing is
 * written to disk, so nothing is left over to clean up, and it works on a read-only root.
 */
export const runVariable = 'BERTH_RUN';

/** The one argument list that every command starts with. */
export const starter = ['/bin/sh', '-c', `eval "$${runVariable}"`] as const;

/** Linux takes 128 KiB for one variable; its name and some air are taken off. */
const longestScript = 127_000;

export interface WrapSpec {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Random text by which the start's one line on stderr is told from the command's own. */
  readonly nonce: string;
  /** A look of Berth's own, which is no use of the container. */
  readonly own?: boolean | undefined;
  /** It begins without the secrets' variables. */
  readonly withoutSecrets?: boolean | undefined;
  /** Set by the script where the road cannot have it set before the process starts. */
  readonly size?: TerminalSize;
}

/** What a command is to one that waits for it. */
export type ReadyWrap = Omit<WrapSpec, 'nonce' | 'size'> & { readonly stdin?: boolean | undefined };

/**
 * The script for `BERTH_RUN`. Its exit code is the command's own, 127 where the program is not there, 126 where it
 * cannot run. Pure.
 * @throws BerthError `bad_usage` for an empty command, a variable's name no shell takes, a NUL, or over 127,000 bytes
 */
export function wrapScript({ argv, cwd, env, nonce, size, own, withoutSecrets }: WrapSpec): string {
  if (argv[0] === undefined || argv[0] === '') throw new BerthError('bad_usage', 'There is no command to run.');
  if ([cwd, ...argv, ...Object.values(env)].some((text) => text.includes('\0'))) {
    throw new BerthError('bad_usage', 'A command cannot hold a NUL character.');
  }
  const script = [
    // In this order: see mark.ts.
    ...(own === true ? [] : [noteUse, `${isStopping} && { ${tell(nonce, '!')}; exit 125; }`]),
    `cd -- ${shellQuote(cwd)} 2>/dev/null || { ${tell(nonce, '-')}; exit 125; }`,
    `unset ${runVariable}; ${forgetSession}`,
    ...(size === undefined ? [] : [`stty cols ${size.columns} rows ${size.rows} 2>/dev/null`]),
    // What is said for this command alone goes before them.
    ...(withoutSecrets === true ? [] : [sourceEnvironment]),
    ...Object.entries(env).map(([name, value]) => `export ${variableName(name)}=${shellQuote(value)}`),
    tell(nonce, '$$'),
    `exec ${shellCommand(argv)}`,
  ].join('\n');
  const length = Buffer.byteLength(script);
  if (length <= longestScript) return script;
  throw new BerthError('bad_usage', `The command is too long: ${length} bytes with its environment.`, {
    hint: 'Send long input on stdin, or write it to a file first.',
  });
}

function tell(nonce: string, what: string): string {
  return String.raw`printf '\036%s %s\n' ${nonce} ${what} >&2`;
}

/** The name itself. @throws BerthError `bad_usage` for one that no shell takes. Pure. */
export function variableName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  throw new BerthError('bad_usage', `"${name}" cannot be the name of an environment variable.`);
}

/** The user's login shell as an argument list: what `Line.shell` runs in a terminal. */
export const loginShell: readonly string[] = [
  '/bin/sh',
  '-c',
  [
    's=${SHELL-}',
    '[ -n "$s" ] || s=$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f7)',
    '[ -n "$s" ] && [ -x "$s" ] || s=/bin/sh',
    'SHELL=$s; export SHELL',
    'exec "$s" -l',
  ].join('\n'),
];

/**
 * Looks through /proc for what belongs to the process group or session `$1` and sends `$2` to it. With `$3` > 0 it then
 * waits that many tenths of a second for the end of all of them and kills who is left. A session is more than the
 * group: job control and `timeout` start groups of their own in it.
 */
export const killScript = [
  'id=$1; sig=$2; tries=$3; whole=$4',
  'each() {',
  '  left=',
  '  for f in /proc/[0-9]*/stat; do',
  '    { IFS= read -r line <"$f"; } 2>/dev/null || continue',
  '    pid=${f#/proc/}; pid=${pid%/stat}',
  '    set -- ${line##*) }', // state, parent, group, session
  '    [ "$3" = "$id" ] || { [ -n "$whole" ] && [ "$4" = "$id" ]; } || continue',
  '    [ "$1" != Z ] || continue',
  '    left=1',
  '    [ -z "$sig" ] || kill -s "$sig" "$pid" 2>/dev/null',
  '  done',
  '}',
  'each',
  'sig=',
  'while [ "$tries" -gt 0 ]; do',
  '  each; [ -n "$left" ] || exit 0',
  '  sleep 0.1; tries=$((tries - 1))',
  '  [ "$tries" -gt 0 ] || { sig=KILL; each; each; }',
  'done',
].join('\n');

/** A command that sends a signal (name without SIG) to the process group `pid`. @throws BerthError `bad_usage` for what is no signal's name */
export function signalCommand(pid: number, name: string): readonly string[] {
  if (!/^[A-Z][A-Z0-9+]*$/.test(name)) throw new BerthError('bad_usage', `"${name}" is not the name of a signal.`);
  return ['/bin/sh', '-c', killScript, 'berth', String(pid), name, '0', ''];
}

/** A command that ends all of the session `pid`: TERM, and KILL for who is still there after `graceMs`. */
export function terminateCommand(pid: number, graceMs: number): readonly string[] {
  const tenths = Math.max(1, Math.round(graceMs / 100));
  return ['/bin/sh', '-c', killScript, 'berth', String(pid), 'TERM', String(tenths), 'session'];
}
