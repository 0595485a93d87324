import { timeLimit } from '../abort';
import type { ExecStream } from '../engine/types';
import { call, letGo, type Called } from './call';
import type { Execution } from './connection';
import type { OpenPipes } from './named-pipes';
import { withLength } from './perl';
import { endOf } from './signals';
import { firstWord } from './tunnel';
import { becomeServer, becomeShellInstead, userServerProgram, type UserServerSpec } from './user-server';

/** How long a container that has connected may take until its server waits, in milliseconds. */
const patienceMs = 5_000;

/** Longer than all that a server has to say, in bytes: who is root in a container may say anything. */
const longestWord = 64;

/** A process of root's in a container, which waits to be told what to become: one of these, once. */
export interface Answer {
  /**
   * A fork server of the user's, with pipes between it and this process that nothing but the kernel reads: nobody enciphers, and
   * nobody hands on. Never fails.
   * @returns null where the container has no shell that would do, or Berth does not know the machine's numbers
   */
  asServer(spec: Omit<UserServerSpec, 'pipes'>, signal: AbortSignal): Promise<Execution | null>;
  /** The shell that waits for a connection's bootstrap. */
  asShell(): ExecStream;
  letGo(): void;
}

/** As {@link call}, for what is not known yet. Never fails. */
export async function callContainer(...asked: Parameters<typeof call>): Promise<Answer | null> {
  const called = await call(...asked);
  return called === null ? null : answerTo(called);
}

/** Has it get ready for what it may be told. */
export function answerTo(called: Called): Answer {
  const { shell, pipes } = called;
  const { stream } = shell;
  stream.write(withLength(Buffer.from(userServerProgram)));
  return {
    letGo: () => letGo(called),
    asShell() {
      void pipes?.discard();
      stream.write(becomeShellInstead);
      return shell;
    },
    async asServer(spec, signal) {
      try {
        if (pipes === null) throw new Error('The container cannot be given pipes');
        stream.write(becomeServer({ ...spec, pipes: pipes.names }));
        await firstWord(shell, AbortSignal.any([signal, timeLimit(patienceMs)]));
        return executionOf(await pipes.open(), stream);
      } catch {
        letGo(called);
        return null;
      }
    },
  };
}

function executionOf({ stdin, stdout, stderr }: OpenPipes, told: ExecStream['stream']): Execution {
  let said = '';
  told.on('error', () => undefined);
  // Who waited for its first word has stopped it.
  told
    .on('data', (bytes: Buffer) => {
      if (said.length < longestWord) said += bytes.toString('latin1');
    })
    .resume();
  told.once('end', () => told.destroy());
  const all = [stdout, stderr, told].map((stream) => new Promise((over) => void stream.once('close', over)));
  const closed = Promise.all(all).then(() => {
    stdin.destroy();
    const [, code, signal] = /^\n(\d+) (\d+)$/.exec(said) ?? [];
    return code === undefined ? null : endOf(Number(code), Number(signal));
  });
  return {
    ...{ stdin, stdout, stderr, closed },
    resize: () => undefined,
    abandon: () => {
      for (const stream of [stdin, stdout, stderr, told]) stream.destroy();
    },
  };
}
