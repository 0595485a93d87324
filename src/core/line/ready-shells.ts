import { randomBytes } from 'node:crypto';
import { isStopping, noteUse } from '../idle/mark';
import { shellCommand, shellQuote } from '../quote';
import { forgetSession, sourceEnvironment } from '../secrets/places';
import type { Connection, Execution } from './connection';
import type { Transport } from './running';
import { openChannel } from './ssh-transport';
import { waitingMark } from './waiting-mark';
import { runVariable, variableName, type WrapSpec } from './wrap';

/** How many shells wait on a connection that is in use: as many as commands one right after the other get through before the next is there. */
const kept = 3;
/** Without a command for this long (ms) whoever follows is not kept waiting by the start of a shell. */
const calmMs = 10;
/** Without a command for this long (ms) they are let go: a connection at rest has no process but its sshd. */
const restMs = 20_000;
/** A shell reads what it is to run byte by byte, or it would take from the command's own input: longer ones start as ever. */
const mostBytes = 4_096;
/** One variable carries what a waiting shell runs: an environment that makes it longer comes with each command. */
const mostOfWaiter = 100_000;

type Environment = Readonly<Record<string, string>>;

/** A shell that waited was gone before it took the command: nothing has begun, so starting it as ever is safe. */
export class ShellGoneError extends Error {}

/** A shell that waits on a channel of its own, and the nonce by which it tells its number. */
export interface ReadyShell {
  readonly execution: Execution;
  readonly nonce: string;
}

/** One that waits, or will as soon as its channel is open. */
interface Waiting {
  readonly nonce: string;
  /** The variables that it exports by itself. */
  readonly common: Environment;
  readonly opening: Promise<Execution>;
  isOpen: boolean;
}

/**
 * Shells that wait for a command: where one does, a command costs one round trip and no start of a login shell. Each takes
 * one command, which has the channel, the session and the process to itself, just as one that starts with its channel.
 */
export class ReadyShells {
  readonly #waiting: Waiting[] = [];
  #common: Environment = {};
  #rest: NodeJS.Timeout | undefined;
  #calm: NodeJS.Timeout | undefined;

  constructor(private readonly connection: Pick<Connection, 'exec'>) {}

  /**
   * Gives a command to one that waits, or to one that is being started, which is there before any that begins now; null where
   * there is none, or the command is too long. `common`: what all commands export.
   *
   * Another takes its place in the calm after it: the start of a shell is twice the work of a small command, on the same
   * sshd. Where there is no calm, each command starts one for a later one, once it has its own order on the way.
   */
  async take(wrap: Omit<WrapSpec, 'nonce'>, common: Environment): Promise<ReadyShell | null> {
    clearTimeout(this.#rest);
    clearTimeout(this.#calm);
    this.#rest = setTimeout(() => this.dispose(), restMs).unref();
    this.#common = common;
    const shell = this.#waiting.find(({ isOpen }) => isOpen) ?? this.#waiting[0];
    const order = shell === undefined ? null : orderFor(wrap, shell.nonce, shell.common);
    if (shell === undefined || order === null) return null;
    this.#waiting.splice(this.#waiting.indexOf(shell), 1);
    const execution = await shell.opening.catch(() => null);
    if (execution === null) return null; // A command that starts as ever finds out why.
    execution.channel.write(order);
    if (this.#waiting.length < kept - 1) void this.#start();
    void execution.closed.then(() => {
      clearTimeout(this.#calm);
      this.#calm = setTimeout(() => this.fill(), calmMs).unref();
    });
    return { execution, nonce: shell.nonce };
  }

  dispose(): void {
    clearTimeout(this.#rest);
    clearTimeout(this.#calm);
    this.#rest = undefined;
    for (const { opening } of this.#waiting.splice(0)) {
      void opening.then(
        ({ channel }) => channel.end(),
        () => undefined,
      );
    }
  }

  /** Starts one where one is missing, and the next as soon as that is there: all at once would hold up whoever waits for the first. */
  fill(): void {
    if (this.#rest === undefined || this.#waiting.length >= kept) return;
    void this.#start().then((waits) => {
      if (waits) this.fill();
    });
  }

  /** @returns whether it waits now: false where it could not be started */
  #start(): Promise<boolean> {
    const nonce = randomBytes(8).toString('hex');
    const whole = waiter(nonce, this.#common);
    const fits = Buffer.byteLength(whole) <= mostOfWaiter;
    const opening = openChannel(this.connection, fits ? whole : waiter(nonce, {}), undefined, waitingMark);
    const shell: Waiting = { nonce, common: fits ? this.#common : {}, opening, isOpen: false };
    this.#waiting.push(shell);
    const gone = (): void => {
      const at = this.#waiting.indexOf(shell);
      if (at >= 0) this.#waiting.splice(at, 1);
    };
    return opening.then(
      (execution) => {
        shell.isOpen = true;
        void execution.closed.then(gone);
        return true;
      },
      () => {
        gone();
        return false;
      },
    );
  }
}

/** The start of a command in a shell that waited. */
export function orGone(transport: Transport): Transport {
  return { ...transport, neverBegan: () => new ShellGoneError('The shell that waited is gone') };
}

/**
 * What a waiting shell runs: reads lines until one is the nonce, then runs them; at an end of input before that, nothing.
 * All that is the same for each command is in here, so that as little as can be is read then. Pure.
 */
export function waiter(nonce: string, common: Environment): string {
  const tell = (what: string): string => String.raw`printf '\036%s %s\n' ${nonce} ${what} >&2`;
  return [
    `berth_used() { ${noteUse}; ${isStopping} || return 0; ${tell('!')}; exit 125; }`,
    `berth_in() { cd -- "$1" 2>/dev/null || { ${tell('-')}; exit 125; }; unset ${runVariable} BERTH_LINE; ${forgetSession}; }`,
    `berth_told() { ${tell('$$')}; }`,
    ['berth_env() { :', ...exportsOf(common), '}'].join('\n'),
    `berth() { berth_used; berth_in "$1"; ${sourceEnvironment}; berth_env; berth_told; }`,
    `${runVariable}=`,
    'while IFS= read -r BERTH_LINE; do',
    `  [ "$BERTH_LINE" != ${nonce} ] || eval "$${runVariable}"`,
    `  ${runVariable}=$${runVariable}$BERTH_LINE'`,
    "'",
    'done',
    'exit 125',
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
  return order.length > mostBytes ? null : order;
}

function exportsOf(environment: Environment): string[] {
  return Object.entries(environment).map(([name, value]) => `export ${variableName(name)}=${shellQuote(value)}`);
}
