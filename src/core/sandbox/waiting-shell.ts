import { randomBytes } from 'node:crypto';
import type { CommandRunner, RunningCommand } from '../command';
import { BerthError, messageOf, toBerthError } from '../errors';

/** What a script wrote. */
export interface Answer {
  readonly stdout: Buffer;
  readonly stderr: string;
}

interface Asked {
  /** Ends what the asker waits for. */
  readonly told: Buffer;
  /** Ends the script. */
  readonly free: Buffer;
  readonly out: Buffer[];
  carry: Buffer;
  err: string;
  answered: boolean;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** What a script of {@link WaitingShell.ask} runs where its asker has heard enough while it goes on; see {@link begunWith}. */
export const told = 'told';

/** What a subshell ends with that has written `$berth_ended` itself, as the last of what it says: one packet less to wait for. */
export const saidItsEnd = 99;

/** Before each script: names its end, so that no output can be taken for it. */
function begunWith(nonce: string): string {
  return `${told}() { printf '\\036%s:' ${nonce}; }; berth_ended='\u001e${nonce}.'`;
}

/**
 * One /bin/sh that waits in a container for scripts on its stdin: to run one there costs neither a channel nor the start
 * of a shell, which is most of what a short command takes. One script at a time.
 */
export class WaitingShell {
  #asked: Asked | undefined;
  #over: { readonly error: Error } | undefined;
  readonly born = performance.now();
  readonly #command: RunningCommand;

  private constructor(
    command: RunningCommand,
    private readonly changed: () => void,
  ) {
    this.#command = command;
    command.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    // Whoever comes from here on takes another; how it ended is known later, once the container has been looked at.
    command.stdout.once('end', () => (this.#over ??= { error: gone() }));
    command.stderr.on('data', (chunk: Buffer) => {
      if (this.#asked !== undefined) this.#asked.err = (this.#asked.err + chunk.toString()).slice(0, 4096);
    });
    const ended = (error: Error): void => {
      this.#over = { error };
      this.#asked?.reject(error);
      this.#asked = undefined;
      changed();
    };
    command.exit.then(
      () => ended(gone()),
      (error: unknown) => ended(toBerthError(error, 'line_lost', messageOf(error))),
    );
  }

  /** `prepare` is run first, and writes nothing. `changed` is called when the shell has become free, or is over. */
  static async start(
    runner: CommandRunner,
    argv: readonly string[],
    user: string | undefined,
    prepare: string,
    changed: () => void,
  ): Promise<WaitingShell> {
    const as = user === undefined ? {} : { user };
    // It outlives changes of the secrets: one that was taken away would stay in it, and in all that it starts.
    const command = await runner.run({ argv, cwd: '/', stdin: true, withoutSecrets: true, ...as });
    command.stdin?.write(`${prepare}\n`);
    return new WaitingShell(command, changed);
  }

  get isOver(): boolean {
    return this.#over !== undefined;
  }

  get isFree(): boolean {
    return this.#over === undefined && this.#asked === undefined;
  }

  /** Runs a script and waits until it has told all that it has to, or has ended. It is free again when it has ended. */
  ask(script: string): Promise<Answer> {
    if (this.#over !== undefined) return Promise.reject(this.#over.error);
    const nonce = randomBytes(8).toString('hex');
    const mark = (end: string): Buffer => Buffer.from(`\u001e${nonce}${end}`);
    return new Promise((resolve, reject) => {
      this.#asked = {
        told: mark(':'),
        free: mark('.'),
        out: [],
        carry: Buffer.alloc(0),
        err: '',
        answered: false,
        resolve,
        reject,
      };
      this.#command.stdin?.write(
        `${begunWith(nonce)}\n${script}\n[ $? = ${saidItsEnd} ] || printf %s "$berth_ended"\n`,
      );
    });
  }

  /** Ends it when it has nothing to do; what it runs goes on. */
  end(): void {
    this.#over ??= { error: gone() };
    this.#command.stdin?.end();
  }

  /** Ends it with what it runs. */
  kill(): void {
    this.end();
    void this.#command.cancel();
  }

  #take(chunk: Buffer): void {
    const asked = this.#asked;
    if (asked === undefined) return;
    if (!asked.answered) asked.out.push(chunk);
    // A mark may come in two pieces. Either ends what was written so far.
    const seen = Buffer.concat([asked.carry, chunk]);
    asked.carry = seen.subarray(-(asked.free.length - 1));
    const free = seen.includes(asked.free);
    if (!asked.answered && (free || seen.includes(asked.told))) {
      asked.answered = true;
      const all = Buffer.concat(asked.out);
      const at = all.indexOf(asked.told);
      asked.resolve({ stdout: all.subarray(0, at < 0 ? all.indexOf(asked.free) : at), stderr: asked.err });
    }
    if (!free) return;
    this.#asked = undefined;
    this.changed();
  }
}

function gone(): BerthError {
  return new BerthError('line_lost', 'The shell in the container ended; how this ended is not known.', {
    hint: 'Look at what it did, then run it again.',
  });
}
