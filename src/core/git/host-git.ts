import { spawn } from 'node:child_process';

/** How long, in milliseconds, a question about settings may take: it reads a few small files. */
const settingsMs = 5_000;
/** Longer answers are none of ours. */
const longestAnswer = 1024 * 1024;

export interface AskOptions {
  readonly cwd: string;
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The settings of a folder's repository and of the user, by a pattern of their names: pairs of name and value, each
 * `name\nvalue`, apart by NUL. Reading runs nothing, so it does not matter whose the repository is.
 */
export function readSettings(pattern: string, options: Omit<AskOptions, 'input'>): Promise<string | null> {
  return askGit(['-c', 'safe.directory=*', 'config', '--null', '--get-regexp', pattern], options);
}

/**
 * Runs git on this machine and gives what it prints; null where there is no git, or where it fails or takes too long. Never
 * asks on a terminal. Whatever it started is ended with it, which a credential helper is.
 */
export function askGit(args: readonly string[], options: AskOptions): Promise<string | null> {
  const { cwd, input = '', env, timeoutMs = settingsMs, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(reasonOf(signal));
      return;
    }
    const grouped = process.platform !== 'win32';
    const child = spawn('git', args, {
      cwd,
      // A group of its own, so that its helpers end with it, and no terminal to ask on.
      detached: grouped,
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
      env: cleanEnvironment(env ?? process.env),
    });
    const kill = (): void => {
      try {
        if (grouped && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // It ended by itself in this moment.
      }
    };
    let said = '';
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      child.stdout.destroy();
      act();
    };
    const giveUp = (): void => {
      kill();
      settle(() => resolve(null));
    };
    const onAbort = (): void => {
      kill();
      settle(() => reject(reasonOf(signal)));
    };
    const timer = setTimeout(giveUp, timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.length > longestAnswer) giveUp();
    });
    child.stdin.on('error', () => undefined).end(input);
    child.once('error', () => settle(() => resolve(null)));
    child.once('close', (code) => settle(() => resolve(code === 0 ? said : null)));
  });
}

function reasonOf(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new DOMException('Cancelled', 'AbortError');
}

/** Without what would have git answer for another repository than the one it is asked about. Pure. */
export function cleanEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = [
    'GIT_DIR',
    'GIT_WORK_TREE',
    'GIT_INDEX_FILE',
    'GIT_COMMON_DIR',
    'GIT_OBJECT_DIRECTORY',
    'GIT_PREFIX',
  ];
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.includes(name)));
}
