import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Line } from '../../src/core/line/types';
import type { DockerCli } from '../harness/images';
import { sample } from './samples';
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
}

/** A program and what stands before the command. */
interface Whole {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** 500 MB out of a command, and 500 MB into a file: beside what the docker CLI takes for the same. */
export async function bulk(parts: BulkParts, rounds: number): Promise<Comparison[]> {
  const { line, docker, container, folder } = parts;
  const plain = await sample('`docker exec`', rounds, () => drained(parts.plain));
  const overLine = await sample('the Line', rounds, () => drainedOver(line));
  const whole = await sample('`berth exec`', rounds, () => drained(parts.berth));
  const file = join(folder, 'bulk');
  const handle = await open(file, 'w');
  await handle.truncate(bytes);
  await handle.close();
  const forget = () => docker(['exec', container, 'rm', '-f', '/tmp/bulk']);
  const byCopy = await sample('`docker cp`', rounds, () => docker(['cp', file, `${container}:/tmp/bulk`]), forget);
  const content = Buffer.alloc(bytes);
  const bySftp = await sample('SFTP over the Line', rounds, () => line.files.write('/tmp/bulk', content), forget);
  await forget();
  return [
    { what: '500 MB out of a command', ours: overLine, others: [{ samples: plain, atMost }] },
    { what: '', ours: whole, others: [{ samples: plain, atMost }] },
    { what: '500 MB into a file', ours: bySftp, others: [{ samples: byCopy, atMost }] },
  ];
}

async function drainedOver(line: Line): Promise<void> {
  const running = await line.run({ argv: zeros });
  running.stderr.resume();
  let seen = 0;
  for await (const chunk of running.stdout) seen += (chunk as Buffer).length;
  await running.exit;
  if (seen !== bytes) throw new Error(`${seen} of ${bytes} bytes came`);
}

/** By a process of its own, into a pipe that is read here. */
async function drained({ argv: [program = '', ...words], cwd, env }: Whole): Promise<void> {
  const child = spawn(program, [...words, ...zeros], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let seen = 0;
  for await (const chunk of child.stdout) seen += (chunk as Buffer).length;
  await ended;
  if (seen !== bytes) throw new Error(`${seen} of ${bytes} bytes came`);
}
