import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Line } from '../../src/core/line/types';
import type { DockerCli } from '../harness/images';
import { sample, type Samples } from './samples';
import type { Comparison } from './suite';

const bytes = 500_000_000;
/** “At least 0.9 × as fast”, as a time. */
const atMost = 1 / 0.9;
const zeros = ['head', '-c', String(bytes), '/dev/zero'];

/** What there is to move bytes by. */
export interface BulkParts {
  readonly line: Line;
  readonly docker: DockerCli;
  /** The container's name. */
  readonly container: string;
  /** Where a file of that size may lie. */
  readonly folder: string;
  /** The command line of `berth exec --`, and of `docker exec` likewise. */
  readonly berth: Whole;
  readonly plain: Whole;
  /** Copies a file of this machine into the container by the system's sftp, through Berth's ProxyCommand or docker's. */
  readonly sftp: (file: string, to: string, proxy?: 'docker') => Promise<unknown>;
}

/** A program and what stands before the command. */
interface Whole {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * 500 MB out of a command, and 500 MB into a file: beside what the docker CLI takes for the same, by turns, since a machine
 * is not as quick in one minute as in the next.
 */
export async function bulk(parts: BulkParts, rounds: number): Promise<Comparison[]> {
  const { line, docker, container, folder } = parts;
  const turns = Math.max(3, rounds);
  const plain = taking('`docker exec`', () => drained(parts.plain));
  const overLine = taking('the Line', () => drainedOver(line));
  const whole = taking('`berth exec`', () => drained(parts.berth));
  await byTurns(turns, [plain, overLine, whole]);
  const file = join(folder, 'bulk');
  const handle = await open(file, 'w');
  await handle.truncate(bytes);
  await handle.close();
  const content = Buffer.alloc(bytes);
  const to = '/tmp/bulk';
  const byCopy = taking('`docker cp`', () => docker(['cp', file, `${container}:${to}`]));
  const bySftp = taking('SFTP over the Line', () => line.files.write(to, content));
  const byClient = taking('`sftp <alias>`', () => parts.sftp(file, to));
  const byDockerProxy = taking('the same with `docker exec` as ProxyCommand', () => parts.sftp(file, to, 'docker'));
  const forget = () => docker(['exec', container, 'rm', '-f', to]);
  await byTurns(turns, [byCopy, bySftp, byClient, byDockerProxy], forget);
  await forget();
  return [
    { what: '500 MB out of a command', ours: overLine, others: [{ samples: plain, atMost }] },
    { what: '', ours: whole, others: [{ samples: plain, atMost }] },
    { what: '500 MB into a file', ours: bySftp, others: [{ samples: byCopy, atMost }] },
    { what: '', ours: byClient, others: [{ samples: byDockerProxy, atMost }] },
  ];
}

interface Taking extends Samples {
  readonly ms: number[];
  readonly work: () => Promise<unknown>;
}

function taking(what: string, work: () => Promise<unknown>): Taking {
  return { what, ms: [], work };
}

/** Each once a round, one after the other. */
async function byTurns(rounds: number, all: readonly Taking[], before?: () => Promise<unknown>): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const { what, ms, work } of all) ms.push(...(await sample(what, 1, work, before)).ms);
  }
}

async function drainedOver(line: Line): Promise<void> {
  const running = await line.run({ argv: zeros });
  running.stderr.resume();
  const seen = counted(running.stdout);
  await running.exit;
  expectAll(seen());
}

/** By a process of its own, into a pipe that is read here. */
async function drained({ argv: [program = '', ...words], cwd, env }: Whole): Promise<void> {
  const child = spawn(program, [...words, ...zeros], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const seen = counted(child.stdout);
  await ended;
  expectAll(seen());
}

/** Reads chunk by chunk as they come: an iterator would copy them together first. */
function counted(stream: Readable): () => number {
  let seen = 0;
  stream.on('data', (chunk: Buffer) => (seen += chunk.length));
  return () => seen;
}

function expectAll(seen: number): void {
  if (seen !== bytes) throw new Error(`${seen} of ${bytes} bytes came`);
}
