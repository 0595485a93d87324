import type { Execution, Started } from './connection';
import { requestFor } from './fork-server';
import { newNonce } from './nonce';
import { Preamble } from './preamble';
import { ServedOutputs } from './served';
import { orderFor, type WaitingWish } from './waiting-shell';
import type { ReadyWrap } from './wrap';

/** How many wait on a connection that is in use: as many as commands one right after the other get through before the next is there. */
const kept = 3;
/** Without a command for this long (ms) whoever follows is not kept waiting by the start of a shell. */
const calmMs = 10;
/** Without a command for this long (ms) they are let go: a connection at rest has no process but what it is held by. */
const restMs = 20_000;
type Environment = Readonly<Record<string, string>>;

/** Starts one that is to wait; `common`: what it exports by itself. */
export type OpenWaiting = (
  wanted: WaitingWish,
) => Promise<{ readonly execution: Execution; readonly common: Environment }>;

interface Open {
  readonly execution: Execution;
  /** The variables that it exports by itself. */
  readonly common: Environment;
  readonly outputs: ServedOutputs;
  /** Whether it is a fork server; null where it ended before it said so. */
  readonly forks: Promise<boolean | null>;
}

/** One that waits, or will as soon as its channel is open. */
interface Waiting {
  readonly nonce: string;
  readonly opening: Promise<Open>;
  isOpen: boolean;
  isGone: boolean;
}

/**
 * Shells that wait for a command: where one does, a command costs one round trip and no start of a login shell. Where the
 * container has perl, each is a fork server, which waits again after the command's end. Elsewhere each takes one command,
 * which has the channel, the session and the process to itself, just as one that starts with its channel.
 */
export class ReadyShells {
  readonly #waiting: Waiting[] = [];
  /** Whether the container has fork servers; known once one that waits has said what it is. */
  #forks: boolean | undefined;
  readonly #atRest: number;
  #common: Environment = {};
  #rest: NodeJS.Timeout | undefined;
  #calm: NodeJS.Timeout | undefined;

  /** `forks`: what is known of them; `atRest`: how many are kept where no command has come for a while. */
  constructor(
    private readonly open: OpenWaiting,
    { forks, atRest = 0 }: { readonly forks?: boolean; readonly atRest?: number } = {},
  ) {
    this.#forks = forks;
    this.#atRest = atRest;
  }

  /** Starts the first. @returns whether it waits now */
  begin(): Promise<boolean> {
    return this.#start();
  }

  /**
   * Gives a command to one that waits, or to one that is being started, which is there before any that begins now; null where
   * there is none, or the command is too long. `common`: what all commands export.
   *
   * Another takes the place of one that is used up in the calm after it: the start of a shell is twice the work of a small
   * command, on the same sshd. Where there is no calm, each command starts one for a later one, once it has its own order on
   * the way. Where they come back, others are started only where a command goes on.
   */
  async take(wrap: ReadyWrap, common: Environment): Promise<Started | null> {
    // A look of Berth's own is no use that others are kept for.
    if (wrap.own !== true) {
      clearTimeout(this.#rest);
      clearTimeout(this.#calm);
      this.#rest = setTimeout(() => this.#letGo(this.#atRest), restMs).unref();
      this.#common = common;
    }
    const shell = this.#waiting.find(({ isOpen }) => isOpen) ?? this.#waiting[0];
    if (shell === undefined) return null;
    this.#waiting.splice(this.#waiting.indexOf(shell), 1);
    const open = await shell.opening.catch(() => null);
    const forks = open === null ? null : (this.#forks ?? (await open.forks));
    if (open === null || forks === null) return null; // A command that starts as ever finds out why.
    const { execution, outputs } = open;
    const again = forks && wrap.stdin !== true;
    const nonce = forks ? newNonce() : shell.nonce;
    const order = forks ? requestFor(wrap, nonce) : orderFor(wrap, nonce, open.common);
    if (order === null) {
      this.#back(shell, execution);
      return null;
    }
    const served = outputs.begin(nonce, !again);
    execution.stdin.write(order);
    if (again) this.#fillSoon();
    else if (this.#waiting.length < kept - 1) void this.#start();
    void served.closed.then(() => {
      if (again && !shell.isGone) this.#back(shell, execution);
      else this.#fillSoon();
    });
    return { execution, served, nonce, waited: true };
  }

  dispose(): void {
    this.#letGo(0);
  }

  #letGo(butFor: number): void {
    clearTimeout(this.#rest);
    clearTimeout(this.#calm);
    this.#rest = undefined;
    for (const { opening } of this.#waiting.splice(butFor)) {
      void opening.then(
        ({ execution }) => execution.stdin.end(),
        () => undefined,
      );
    }
  }

  /** Starts one where one is missing, and the next as soon as that is there: all at once would hold up whoever waits for the first. */
  fill(): void {
    // One that comes back finds room, or each command that goes on would end one and start another.
    const enough = this.#forks === true ? kept - 1 : kept;
    if (this.#rest === undefined || this.#waiting.length >= enough) return;
    void this.#start().then((waits) => {
      if (!waits) return;
      if (this.#forks === true) this.#fillSoon();
      else this.fill();
    });
  }

  #fillSoon(): void {
    clearTimeout(this.#calm);
    this.#calm = setTimeout(() => this.fill(), calmMs).unref();
  }

  /** It waits again, the first to be asked: what it uses is still in the processor's caches. */
  #back(shell: Waiting, { stdin }: Execution): void {
    if (this.#waiting.length >= (this.#rest === undefined ? this.#atRest : kept)) stdin.end();
    else this.#waiting.unshift(shell);
  }

  /** @returns whether it waits now: false where it could not be started */
  async #start(): Promise<boolean> {
    const nonce = newNonce();
    const hello = newNonce();
    const wanted = { hello, nonce, common: this.#common, forks: this.#forks };
    const opening = this.open(wanted).then(({ execution, common }) => {
      const outputs = new ServedOutputs(execution);
      const said = new Preamble(outputs.begin(hello).stderr, hello).told;
      const forks = said.then((number) => (number === null ? null : number !== 0));
      return { execution, common, outputs, forks };
    });
    const shell: Waiting = { nonce, opening, isOpen: false, isGone: false };
    this.#waiting.push(shell);
    const gone = (): void => {
      shell.isGone = true;
      const at = this.#waiting.indexOf(shell);
      if (at >= 0) this.#waiting.splice(at, 1);
    };
    try {
      const { execution, forks } = await opening;
      void execution.closed.then(gone);
      const kind = this.#forks ?? (await forks);
      this.#forks ??= kind ?? false;
      shell.isOpen = kind !== null;
      return kind !== null;
    } catch {
      gone();
      return false;
    }
  }
}
