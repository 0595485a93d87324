import { randomBytes } from 'node:crypto';
import { isStopping, noteUse } from '../idle/mark';
import { shellCommand, shellQuote } from '../quote';
import { forgetSession, sourceEnvironment } from '../secrets/places';
import type { Connection, Execution } from './connection';
import type { Transport } from './running';
import { openChannel } from './ssh-transport';
import { waitingMark } from './waiting-mark';
import { runVariable, variableName, type WrapSpec } from './wrap';

/** How many shells wait on a connection that is in use. */
const kept = 2;
/** Without a command for this long (ms) they are let go: a connection at rest has no process but its sshd. */
const restMs = 20_000;
/** A shell reads what it is to run byte by byte, or it would take from the command's own input: longer ones start as ever. */
const mostBytes = 4_096;

/** A shell that waited was gone before it took the command: nothing has begun, so starting it as ever is safe. */
export class ShellGoneError extends Error {}

/** A shell that waits on a channel of its own, and the nonce by which it tells its number. */
export interface ReadyShell {
  readonly execution: Execution;
  readonly nonce: string;
}

/**
 * Shells that wait for a command: where one does, a command costs one round trip and no start of a login shell. Each takes
 * one command, which has the channel, the session and the process to itself, just as one that starts with its channel.
 */
export class ReadyShells {
  readonly #waiting: ReadyShell[] = [];
  #starting = 0;
  #rest: NodeJS.Timeout | undefined;

  constructor(private readonly connection: Pick<Connection, 'exec'>) {}

  /** Gives a command to one that waits; null where none does, or the command is too long. More are started once it is over. */
  take(wrap: Omit<WrapSpec, 'nonce'>): ReadyShell | null {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.dispose(), restMs).unref();
    const [shell] = this.#waiting;
    const order = shell === undefined ? null : orderFor(wrap, shell.nonce);
    if (shell === undefined || order === null) {
      void this.#fill();
      return null;
    }
    this.#waiting.shift();
    shell.execution.channel.write(order);
    // Not before: the same sshd that starts one carries this command's bytes.
    void shell.execution.closed.then(() => this.#fill());
    return shell;
  }

  dispose(): void {
    clearTimeout(this.#rest);
    this.#rest = undefined;
    for (const { execution } of this.#waiting.splice(0)) execution.channel.end();
  }

  async #fill(): Promise<void> {
    while (this.#rest !== undefined && this.#waiting.length + this.#starting < kept) {
      this.#starting += 1;
      try {
        await this.#start();
      } catch {
        return; // The next command starts as ever, and finds out why.
      } finally {
        this.#starting -= 1;
      }
    }
  }

  async #start(): Promise<void> {
    const nonce = randomBytes(8).toString('hex');
    const execution = await openChannel(this.connection, waiter(nonce), undefined, waitingMark);
    const shell = { execution, nonce };
    if (this.#rest === undefined) {
      execution.channel.end();
      return;
    }
    this.#waiting.push(shell);
    void execution.closed.then(() => {
      const at = this.#waiting.indexOf(shell);
      if (at >= 0) this.#waiting.splice(at, 1);
    });
  }
}

/** The start of a command in a shell that waited. */
export function orGone(transport: Transport): Transport {
  return { ...transport, neverBegan: () => new ShellGoneError('The shell that waited is gone') };
}

/**
 * What a waiting shell runs: reads lines until one is the nonce, then runs them; at an end of input before that, nothing.
 * All that is the same for each command is in here. Pure.
 */
export function waiter(nonce: string): string {
  const tell = (what: string): string => String.raw`printf '\036%s %s\n' ${nonce} ${what} >&2`;
  return [
    `berth_used() { ${noteUse}; ${isStopping} || return 0; ${tell('!')}; exit 125; }`,
    `berth_in() { cd -- "$1" 2>/dev/null || { ${tell('-')}; exit 125; }; unset ${runVariable} BERTH_LINE; ${forgetSession}; }`,
    `berth_told() { ${tell('$$')}; }`,
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
 * where that is longer than is worth reading byte by byte. Pure.
 */
export function orderFor(
  { argv, cwd, env, own, withoutSecrets }: Omit<WrapSpec, 'nonce' | 'size'>,
  nonce: string,
): Buffer | null {
  const lines = [
    ...(own === true ? [] : ['berth_used']),
    `berth_in ${shellQuote(cwd)}`,
    ...(withoutSecrets === true ? [] : [sourceEnvironment]),
    ...Object.entries(env).map(([name, value]) => `export ${variableName(name)}=${shellQuote(value)}`),
    'berth_told',
    `exec ${shellCommand(argv)}`,
    nonce,
    '',
  ];
  const order = Buffer.from(lines.join('\n'));
  return order.length > mostBytes ? null : order;
}
