import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Line } from '../../src/core/line/types';
import type { DockerCli } from '../harness/images';
import { byTurns } from './samples';
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
 * 500 MB out of a command, and 500 MB into a file: beside what the docker CLI takes for the same, by turns.
 */
export async function bulk(parts: BulkParts, rounds: number): Promise<Comparison[]> {
  const { line, docker, container, folder } = parts;
  const turns = Math.max(3, rounds);
  const [plain, overLine, whole] = await byTurns(turns, [
    { what: '`docker exec`', work: () => drained(parts.plain) },
    { what: 'the Line', work: () => drainedOver(line) },
    { what: '`berth exec`', work: () => drained(parts.berth) },
  ]);
  const file = join(folder, 'bulk');
  const handle = await open(file, 'w');
  await handle.truncate(bytes);
  await handle.close();
  const content = Buffer.alloc(bytes);
  const to = '/tmp/bulk';
  const before = () => docker(['exec', container, 'rm', '-f', to]);
  const [byCopy, bySftp, byClient, byDockerProxy] = await byTurns(turns, [
    { what: '`docker cp`', work: () => docker(['cp', file, `${container}:${to}`]), before },
    { what: 'SFTP over the Line', work: () => line.files.write(to, content), before },
    { what: '`sftp <alias>`', work: () => parts.sftp(file, to), before },
    { what: 'the same with `docker exec` as ProxyCommand', work: () => parts.sftp(file, to, 'docker'), before },
  ]);
  await before();
  return [
    { what: '500 MB out of a command', ours: overLine, others: [{ samples: plain, atMost }] },
    { what: '', ours: whole, others: [{ samples: plain, atMost }] },
    { what: '500 MB into a file', ours: bySftp, others: [{ samples: byCopy, atMost }] },
    { what: '', ours: byClient, others: [{ samples: byDockerProxy, atMost }] },
  ];
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
