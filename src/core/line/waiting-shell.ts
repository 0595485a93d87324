import { isStopping, noteUse } from '../idle/mark';
import { shellCommand, shellQuote } from '../quote';
import { forgetSession, sourceEnvironment } from '../secrets/places';
import { forkServer } from './fork-server';
import { mostTold, readUntil } from './told-start';
import { runVariable, variableName, type WrapSpec } from './wrap';

type Environment = Readonly<Record<string, string>>;

/** One variable carries what a waiting shell runs: an environment that makes it longer comes with each command. */
const mostOfWaiter = 100_000;

/** A shell that is to wait for a command. */
export interface WaitingWish {
  /** After this it says what it is once it waits: a fork server's number, or zero. */
  readonly hello: string;
  /** By which it tells its number where it takes one command alone. */
  readonly nonce: string;
  /** What all commands export. */
  readonly common: Environment;
  /** Whether there are fork servers; undefined where that is not known yet. */
  readonly forks: boolean | undefined;
}

/** What runs in it, and what of the variables it exports by itself then. Pure. */
export function waitingScript({ hello, nonce, common, forks }: WaitingWish): {
  readonly script: string;
  readonly common: Environment;
} {
  const whole = waiter(nonce, common, hello);
  const fits = Buffer.byteLength(whole) <= mostOfWaiter;
  const once = fits ? whole : waiter(nonce, {}, hello);
  return { script: forks === false ? once : `${forkServer(hello)}\n${once}`, common: fits ? common : {} };
}

/**
 * What a waiting shell runs: tells zero after `hello`, then reads what to run up to a line that is the nonce (see readUntil).
 * All that is the same for each command is in here, so that as little as can be is read then. Pure.
 */
export function waiter(nonce: string, common: Environment, hello: string): string {
  const tell = (what: string, as = nonce): string => String.raw`printf '\036%s %s\n' ${as} ${what} >&2`;
  return [
    `berth_used() { ${noteUse}; ${isStopping} || return 0; ${tell('!')}; exit 125; }`,
    `berth_in() { cd -- "$1" 2>/dev/null || { ${tell('-')}; exit 125; }; unset ${runVariable} BERTH_LINE; ${forgetSession}; }`,
    `berth_told() { ${tell('$$')}; }`,
    ['berth_env() { :', ...exportsOf(common), '}'].join('\n'),
    `berth() { berth_used; berth_in "$1"; ${sourceEnvironment}; berth_env; berth_told; }`,
    tell('0', hello),
    readUntil(nonce),
  ].join('\n');
}

/**
 * What is written to a waiting shell so that it becomes the command: does the same as wrapScript, in the same order. Null
 * where that is longer than is worth reading byte by byte. `common`: what the shell exports by itself. Pure.
 */
export function orderFor(
  { argv, cwd, env, own, withoutSecrets }: Omit<WrapSpec, 'nonce' | 'size'>,
  nonce: string,
  common: Environment,
): Buffer | null {
  const all = Object.keys(common).every((name) => name in env);
  const more = exportsOf(
    all ? Object.fromEntries(Object.entries(env).filter(([name, value]) => common[name] !== value)) : env,
  );
  const begin = [
    ...(own === true ? [] : ['berth_used']),
    `berth_in ${shellQuote(cwd)}`,
    ...(withoutSecrets === true ? [] : [sourceEnvironment]),
    ...(all ? ['berth_env'] : []),
    ...more,
    'berth_told',
  ];
  const usual = own !== true && withoutSecrets !== true && all && more.length === 0;
  const lines = [...(usual ? [`berth ${shellQuote(cwd)}`] : begin), `exec ${shellCommand(argv)}`, nonce, ''];
  const order = Buffer.from(lines.join('\n'));
  return order.length > mostTold ? null : order;
}

function exportsOf(environment: Environment): string[] {
  return Object.entries(environment).map(([name, value]) => `export ${variableName(name)}=${shellQuote(value)}`);
}
