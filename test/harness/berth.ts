import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHIPPED, buildShipped } from './shipped';

const scratches: string[] = [];
process.on('exit', () => scratches.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder that is removed when the test process ends. */
export function scratch(prefix = 'berth-cli-'): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  scratches.push(folder);
  return folder;
}

let built: Promise<string> | undefined;

/** What is shipped, built once a run. @returns the folder it is in */
export function bundle(): Promise<string> {
  const given = process.env[SHIPPED];
  return given === undefined ? (built ??= buildShipped(scratch('berth-bundle-'))) : Promise.resolve(given);
}

export interface Call {
  readonly cwd?: string;
  /** Laid over an environment that holds the PATH and folders of its own alone. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
}

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout byte for byte. */
  readonly bytes: Buffer;
}

/** Berth as its user has it: the built command line, a process of its own, with a home and a Berth home that are new. */
export class Berth {
  readonly home = scratch();
  readonly berthHome = join(this.home, 'berth');

  /** `engine`: what DOCKER_HOST says; without one, an address where nobody answers. */
  constructor(private readonly engine = `unix://${join(scratch(), 'nobody.sock')}`) {}

  env(more: Call['env'] = {}): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.home,
      BERTH_HOME: this.berthHome,
      DOCKER_HOST: this.engine,
      LANG: 'C.UTF-8',
      ...more,
    };
  }

  async start(args: readonly string[], { cwd, env }: Call = {}): Promise<ChildProcessWithoutNullStreams> {
    const script = join(await bundle(), 'cli.js');
    return spawn(process.execPath, [script, ...args], { cwd: cwd ?? this.home, env: this.env(env) });
  }

  async run(args: readonly string[], call: Call = {}): Promise<Answer> {
    const child = await this.start(args, call);
    child.stdin.on('error', () => undefined);
    child.stdin.end(call.input ?? '');
    return finish(child);
  }

  /** A call with `--json`: its exit code and the one document on stdout. */
  async json(args: readonly string[], call: Call = {}): Promise<{ code: number; document: Record<string, unknown> }> {
    const { code, stdout } = await this.run([...args, '--json'], call);
    return { code, document: JSON.parse(stdout) as Record<string, unknown> };
  }
}

/** Waits for a process's end, with all that it wrote. */
export async function finish(child: ChildProcessWithoutNullStreams): Promise<Answer> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const code = await new Promise<number>((done, failed) => {
    child.on('error', failed);
    child.on('close', (exit, signal) => done(exit ?? (signal === null ? 1 : -1)));
  });
  const bytes = Buffer.concat(out);
  return { code, bytes, stdout: bytes.toString(), stderr: Buffer.concat(err).toString() };
}

/** The `error` of a JSON document. */
export function errorOf(document: Record<string, unknown>): { code: string; message: string; hint?: string } {
  return document['error'] as { code: string; message: string; hint?: string };
}
