import type { CommandRunner } from '../command';
import { cancelled } from '../errors';
import { isStopping, noteUse } from '../idle/mark';
import { justStopping } from '../line/fate';
import { shellCommand } from '../quote';
import { WaitingShell, type Answer } from './waiting-shell';

/** How long a shell waits for its next script, and how old it gets: sessions change. In milliseconds. Secrets it never has. */
const idleMs = 60_000;
const oldMs = 300_000;

/** How a script is run. */
export interface AskOptions {
  /** Who runs it; the login user when left out. */
  readonly user?: string;
  /** Milliseconds that are waited, at most. */
  readonly timeoutMs?: number;
  /** Stops the waiting. */
  readonly signal?: AbortSignal;
  /** The script and all that it runs ends when nobody waits any more; else it goes on. */
  readonly endsWithCaller?: boolean;
}

/** Runs scripts of Berth's own in one container, in shells that wait there. */
export interface Shells {
  /**
   * What a script of /bin/sh writes until it calls `told` or ends. It runs in a shell that others have used: it has to
   * leave the working folder, variables and traps of that alone.
   * @throws BerthError `container_not_running`, `container_gone`, `line_lost`; {@link LateError}
   */
  ask(script: string, options?: AskOptions): Promise<Answer>;
}

/** `runner` starts the shells, `argv` is one that reads its stdin; `prepare` is what each runs once at first, without a word. */
export function createShells(runner: CommandRunner, prepare: string, argv: readonly string[] = ['/bin/sh']): Shells {
  const shells = new Map<WaitingShell, string>();

  const free = (user: string): WaitingShell | undefined => {
    for (const [shell, whose] of shells) {
      if (whose !== user || !shell.isFree) continue;
      if (performance.now() - shell.born < oldMs) return shell;
      shell.end();
    }
    return undefined;
  };

  const start = async (user: string): Promise<WaitingShell> => {
    let idle: NodeJS.Timeout | undefined;
    const shell = await WaitingShell.start(runner, argv, user === '' ? undefined : user, prepare, () => {
      clearTimeout(idle);
      if (shell.isOver) shells.delete(shell);
      else idle = setTimeout(() => shell.isFree && shell.end(), idleMs).unref();
    });
    shells.set(shell, user);
    return shell;
  };

  return {
    async ask(script, { user = '', timeoutMs, signal, endsWithCaller = false } = {}) {
      // In this order: see mark.ts.
      const careful = `${noteUse}\nif ${isStopping}; then echo stopping; else\n${script}\nfi`;
      for (let attempt = 1; ; attempt += 1) {
        signal?.throwIfAborted();
        const shell = free(user) ?? (await start(user));
        const answer = await unlessLate(shell.ask(careful), timeoutMs, signal, () => {
          if (endsWithCaller) shell.kill();
        });
        if (!answer.stdout.equals(stopping)) return answer;
        // Whoever starts a shell waits until the container is down and up again.
        for (const one of shells.keys()) one.end();
        if (attempt === 2) throw justStopping();
      }
    },
  };
}

/** A script with words of its own, as one that leaves nothing behind. `alone`: it reads nothing. Pure. */
export function subshell(script: string, words: readonly string[], alone = true): string {
  return `( set -- ${shellCommand(words)}\n${script}\n)${alone ? ' </dev/null' : ''}`;
}

const stopping = Buffer.from('stopping\n');

/** Waits until it is late or the caller leaves; `left` is told which of them it was. */
async function unlessLate<T>(
  work: Promise<T>,
  ms: number | undefined,
  signal: AbortSignal | undefined,
  left: (late: boolean) => void,
): Promise<T> {
  if (ms === undefined && signal === undefined) return work;
  work.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      const leave = (late: boolean): void => {
        left(late);
        reject(late ? new LateError() : cancelled());
      };
      work.then(resolve, reject);
      if (ms !== undefined) timer = setTimeout(() => leave(true), ms);
      onAbort = () => leave(false);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
  }
}

/** A script took longer than it may. */
export class LateError extends Error {}
