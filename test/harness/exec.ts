import { spawn, type ChildProcess } from 'node:child_process';

/** A failure of the test bed itself, told in words a person can act on. */
export class HarnessError extends Error {
  override readonly name = 'HarnessError';
}

export interface RunOptions {
  readonly cwd?: string;
  /** Laid over the process's own environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which the process is killed and the run fails. */
  readonly timeout?: number;
  /** Receives stdout and stderr as they come. */
  readonly onOutput?: (text: string) => void;
  /** Exit codes that are no failure (0 alone when left out); `any` accepts all. */
  readonly accept?: readonly number[] | 'any';
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const live = new Set<ChildProcess>();

/** Kills what {@link run} still has running: the last act of an interrupted harness. */
export function killRunning(): void {
  for (const child of live) child.kill('SIGKILL');
}

/** The environment of this process with changes laid over it. */
export function withEnv(changes: RunOptions['env']): NodeJS.ProcessEnv {
  const all = Object.entries({ ...process.env, ...changes });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

/** The last lines of a text, for an error message. */
export function tail(text: string, lines = 15): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/** Runs a program to its end without a shell; throws {@link HarnessError} with its last lines when it fails. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: withEnv(options.env),
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: options.signal,
    timeout: options.timeout,
    killSignal: 'SIGKILL',
  });
  live.add(child);
  const out: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      out[name] += text;
      options.onOutput?.(text);
    });
  }
  // A program that ends before it reads its input is judged by its exit code, not by the broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exit, signal) => resolve(exit ?? (signal === null ? 1 : 128)));
    });
    const accept = options.accept ?? [0];
    if (accept !== 'any' && !accept.includes(code)) {
      const detail = tail(out.stderr.trim() === '' ? out.stdout : out.stderr);
      throw new HarnessError(`${command} ${args[0] ?? ''} ended with code ${code}:\n${detail}`);
    }
    return { code, ...out };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new HarnessError(`${command} is not installed`, { cause: error });
    }
    throw error;
  } finally {
    live.delete(child);
  }
}

/** Whether a program of this name is on the PATH. */
export async function onPath(command: string): Promise<boolean> {
  return (await run('sh', ['-c', 'command -v -- "$1"', 'sh', command], { accept: 'any' })).code === 0;
}
