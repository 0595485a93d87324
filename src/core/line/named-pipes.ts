import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { dialName } from './dial';
import { goneAtExit } from './gone-at-exit';

const run = promisify(execFile);
const { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;

/** This process's ends. */
export interface OpenPipes {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** Three pipes in a dial folder, for what a process in the container reads and writes. */
export interface NamedPipes {
  /** Of its input, its output and its errors. */
  readonly names: readonly string[];
  /** Opens this end, once the other is open; the pipes have no name any more then. */
  open(): Promise<OpenPipes>;
  /** Takes them away where the other end was never opened. */
  discard(): Promise<void>;
}

/** @throws where they cannot be made */
export async function makeNamedPipes(folder: string): Promise<NamedPipes> {
  const names = [dialName(), dialName(), dialName()] as const;
  const [input, output, errors] = names.map((name) => join(folder, name)) as [string, string, string];
  const files = [input, output, errors];
  const gone = goneAtExit(files);
  const unlink = async (): Promise<void> => {
    await Promise.all(files.map((file) => rm(file, { force: true })));
    gone();
  };
  // Who is in the container has them open by root, and may be anybody then: one opens /dev/stdout with one's own rights.
  await run('mkfifo', ['-m', '666', ...files]);
  const held: number[] = [];
  const letGo = (): void => held.splice(0).forEach((descriptor) => closeSync(descriptor));
  try {
    // A reader is wanted by who opens to write, and a writer by who reads, or that would be the end at once.
    held.push(
      openSync(input, O_RDWR | O_NONBLOCK),
      ...[output, errors].map((file) => openSync(file, O_RDONLY | O_NONBLOCK)),
    );
  } catch (error) {
    letGo();
    await unlink();
    throw error;
  }
  return {
    names,
    async open() {
      // Another, that only writes: who writes to a pipe that it could read itself is never told that nobody does.
      const write = openSync(input, O_WRONLY | O_NONBLOCK);
      const [both, out, err] = held.splice(0) as [number, number, number];
      closeSync(both);
      const ends = {
        stdin: new Socket({ fd: write, readable: false, writable: true }),
        stdout: new Socket({ fd: out, readable: true, writable: false }),
        stderr: new Socket({ fd: err, readable: true, writable: false }),
      };
      for (const end of Object.values(ends)) end.on('error', () => undefined);
      await unlink();
      return ends;
    },
    async discard() {
      letGo();
      await unlink();
    },
  };
}
