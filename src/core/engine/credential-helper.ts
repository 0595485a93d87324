import { spawn } from 'node:child_process';
import { cancelled } from '../errors';

/** Milliseconds that a credential helper may take: one that asks its user something would wait for ever. */
const patience = 10_000;

/** A helper's answer is a small JSON document; what is longer is none. */
const longestAnswer = 1024 * 1024;

/** What a helper came to: an answer, none for this registry, or why it gave none. The secret is in `Found` alone. */
export type HelperAnswer =
  | { readonly kind: 'found'; readonly username: string; readonly secret: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly problem: string };

/**
 * Asks `docker-credential-NAME get` for a registry's credentials: the registry goes in by stdin, the secret comes by
 * stdout, and neither is ever an argument or part of a message.
 */
export async function askHelper(
  name: string,
  server: string,
  env: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
  timeout = patience,
): Promise<HelperAnswer> {
  const program = `docker-credential-${name}`;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) return failed(`“${name}” is no name of a credential helper`);
  const outcome = await runHelper(program, server, env, signal, timeout);
  if (typeof outcome === 'string') return failed(outcome);
  const { code, stdout } = outcome;
  if (code !== 0) {
    // The protocol's own words for "nothing is stored", which come on stdout.
    if (/credentials not found|no credentials (server URL|username)/i.test(stdout)) return { kind: 'none' };
    return failed(`${program} ended with exit code ${code}`);
  }
  return readAnswer(program, stdout);
}

function readAnswer(program: string, stdout: string): HelperAnswer {
  try {
    const answer: unknown = JSON.parse(stdout);
    if (typeof answer === 'object' && answer !== null && 'Username' in answer && 'Secret' in answer) {
      const { Username: username, Secret: secret } = answer;
      if (typeof username === 'string' && typeof secret === 'string') {
        return username === '' && secret === '' ? { kind: 'none' } : { kind: 'found', username, secret };
      }
    }
  } catch {
    // Said below; the text itself may hold the secret.
  }
  return failed(`${program} answered with something else than credentials`);
}

function failed(problem: string): HelperAnswer {
  return { kind: 'failed', problem };
}

/** @returns the exit code and stdout, or why there is none */
function runHelper(
  program: string,
  server: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal | undefined,
  timeout: number,
): Promise<{ readonly code: number; readonly stdout: string } | string> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(cancelled());
      return;
    }
    const child = spawn(program, ['get'], { env: { ...env }, stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
    let stdout = '';
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      child.kill('SIGKILL');
      // A process that the helper started may hold the pipe open for longer than the helper lives.
      child.stdout.destroy();
      settle();
    };
    const abort = () => end(() => reject(cancelled()));
    const timer = setTimeout(
      () => end(() => resolve(`${program} did not answer in ${Math.round(timeout / 1000)} seconds`)),
      timeout,
    );
    signal?.addEventListener('abort', abort, { once: true });
    child.on('error', (error: NodeJS.ErrnoException) => {
      end(() => resolve(error.code === 'ENOENT' ? `${program} is not on the PATH` : `${program} does not start`));
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.length > longestAnswer) end(() => resolve(`${program} answers without end`));
    });
    child.on('close', (code) => end(() => resolve({ code: code ?? 1, stdout })));
    // A helper that ends before it reads is judged by what it says.
    child.stdin.on('error', () => undefined);
    child.stdin.end(server);
  });
}
