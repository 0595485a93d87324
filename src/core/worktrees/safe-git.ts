import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { BerthError, cancelled } from '../errors';
import type { UserNumbers } from '../storage/ownership';

/** Where git works. All of it is said, so that no file in a folder that a container can write decides it. */
export interface GitPlace {
  /** The git folder whose objects, refs and configuration count. */
  readonly gitDir: string;
  readonly workTree?: string;
  /** The index in place of the git folder's own. */
  readonly index?: string;
  /** Object folders that are read too. */
  readonly alternates?: readonly string[];
  /** Further settings, which go before all files'. */
  readonly settings?: readonly (readonly [name: string, value: string])[];
  /** Whom files that are written belong to, where that is not this process's user. */
  readonly owner?: UserNumbers | null;
}

export interface GitOptions {
  readonly input?: string | Readable;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are answers; 0 alone when left out. */
  readonly codes?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Milliseconds after which git is given up: a container may have put a pipe where a file is expected. */
const patienceMs = 120_000;
/** Bytes of an answer that are kept; a longer one is an error. */
const longest = 64 * 2 ** 20;

/**
 * Settings that go before those of any file, so that git runs no program that a repository names: a project's own container
 * can write the project's `.git/config`. Drivers have names of their own; see {@link withoutDrivers}.
 */
const safeSettings: readonly (readonly [string, string])[] = [
  ['safe.directory', '*'],
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.sshCommand', 'false'],
  ['core.gitProxy', ''],
  ['core.askPass', 'false'],
  ['core.editor', 'false'],
  ['core.pager', 'cat'],
  ['core.alternateRefsCommand', 'false'],
  ['core.quotePath', 'false'],
  // A file that it reads beside the objects could tell lies about them.
  ['core.commitGraph', 'false'],
  ['core.multiPackIndex', 'false'],
  ['credential.helper', ''],
  ['commit.gpgSign', 'false'],
  ['gpg.program', 'false'],
  ['submodule.recurse', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
];

/** Runs git on this machine so that nothing a container could have written is executed. @throws BerthError `git_failed` */
export function git(place: GitPlace, args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
  const { input, codes = [0], signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(cancelled());
      return;
    }
    const child = startGit(place, args, options.env);
    const out: Buffer[] = [];
    let size = 0;
    let err = '';
    const stop = (): void => void child.kill('SIGKILL');
    const timer = setTimeout(stop, patienceMs);
    signal?.addEventListener('abort', stop, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > longest) stop();
      else out.push(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err = (err + text).slice(-20_000)));
    child.stdin.on('error', () => undefined);
    if (input === undefined || typeof input === 'string') child.stdin.end(input ?? '');
    else input.pipe(child.stdin);
    const over = (act: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      act();
    };
    child.once('error', (error: NodeJS.ErrnoException) =>
      over(() => reject(failed(args, error.code === 'ENOENT' ? 'git is not installed' : error.message, error))),
    );
    child.once('close', (code) =>
      over(() => {
        if (signal?.aborted === true) reject(cancelled());
        else if (code !== null && codes.includes(code)) resolve({ code, stdout: Buffer.concat(out), stderr: err });
        else reject(failed(args, size > longest ? 'its answer is too long' : lastWords(err, code)));
      }),
    );
  });
}

/** The text that git prints, without its last line end. */
export async function gitText(place: GitPlace, args: readonly string[], options: GitOptions = {}): Promise<string> {
  return (await git(place, args, options)).stdout.toString().replace(/\n$/, '');
}

/**
 * Copies all that `revisions` (as `pack-objects --revs` reads them) name into another repository. `strict`: what git itself
 * would not have made is refused, and so is what is not whole.
 */
export async function handOver(
  from: GitPlace,
  to: GitPlace,
  revisions: string,
  { strict, signal }: { readonly strict: boolean; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const packer = startGit(from, ['pack-objects', '--revs', '--stdout', '-q', '--delta-base-offset']);
  const stop = (): void => void packer.kill('SIGKILL');
  const timer = setTimeout(stop, patienceMs);
  signal?.addEventListener('abort', stop, { once: true });
  let err = '';
  packer.stderr.setEncoding('utf8').on('data', (text: string) => (err = (err + text).slice(-2000)));
  packer.stdin.on('error', () => undefined).end(revisions);
  const ended = new Promise<number | null>((resolve, reject) => {
    packer.once('error', (error) => reject(failed(['pack-objects'], error.message, error)));
    packer.once('close', resolve);
  });
  try {
    const args = ['index-pack', '--stdin', ...(strict ? ['--strict'] : [])];
    const stored = git(to, args, { input: packer.stdout, signal });
    const [code] = await Promise.all([ended, stored.catch((error: unknown) => error)]);
    if (code !== 0) throw failed(['pack-objects'], lastWords(err, code));
    await stored;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** The same place with every driver for contents off that its configuration names. Reading a configuration runs nothing. */
export async function withoutDrivers(place: GitPlace, signal?: AbortSignal): Promise<GitPlace> {
  const pattern = '^(filter|merge|diff)\\..*\\.(clean|smudge|process|required|driver|command|textconv)$';
  const args = ['config', '--null', '--name-only', '--get-regexp', pattern];
  const { stdout } = await git(place, args, { codes: [0, 1], signal });
  const names = [...new Set(stdout.toString().split('\0'))].filter((name) => name !== '');
  const off = names.map((name) => [name, name.endsWith('.required') ? 'false' : ''] as const);
  return { ...place, settings: [...(place.settings ?? []), ...off] };
}

function startGit(place: GitPlace, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { owner } = place;
  return spawn('git', args, {
    cwd: place.workTree ?? place.gitDir,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    env: { ...environment(place), ...env },
    ...(owner == null ? {} : { uid: owner.uid, gid: owner.gid }),
  });
}

/** Settings come by the environment, where a name may hold any character. */
function environment(place: GitPlace): NodeJS.ProcessEnv {
  const settings = [...safeSettings, ...(place.settings ?? [])];
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:GIT_|SSH_ASKPASS)/i.test(name));
  return {
    ...Object.fromEntries(inherited),
    LC_ALL: 'C',
    GIT_DIR: place.gitDir,
    ...(place.workTree === undefined ? {} : { GIT_WORK_TREE: place.workTree }),
    ...(place.index === undefined ? {} : { GIT_INDEX_FILE: place.index }),
    ...(place.alternates === undefined
      ? {}
      : { GIT_ALTERNATE_OBJECT_DIRECTORIES: place.alternates.map((path) => JSON.stringify(path)).join(':') }),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    // Nothing is fetched: a partial clone would name the program to do it with.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([name, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, name],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

function lastWords(stderr: string, code: number | null): string {
  const said =
    stderr
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^(?:fatal|error): /, '') ?? '';
  return said === '' ? (code === null ? 'it took too long' : `it ended with ${code}`) : said.slice(0, 300);
}

function failed([verb = '']: readonly string[], why: string, cause?: unknown): BerthError {
  return new BerthError('git_failed', `git ${verb} failed: ${why.replace(/\.$/, '')}.`, { cause });
}
