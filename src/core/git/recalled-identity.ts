import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BerthHome } from '../home';
import { hostIdentity, identityHoldsMs, type GitIdentity } from './identity';

/** Whose identity: the folder's, as git says it to who has this environment. */
export interface IdentityQuestion {
  readonly home: Pick<BerthHome, 'stateDir'>;
  /** The project's id, after which the file is named. */
  readonly project: string;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Page {
  /** A digest of what the answer depends on, looked at just before git was asked: a variable may hold a secret. */
  readonly key: string;
  readonly at: number;
  readonly identity: GitIdentity;
}

/**
 * The same as {@link hostIdentity}, for processes that start again and again: an answer of the last ten seconds holds where
 * no file that `git config` writes has changed since. To ask takes a program, and its start as long as all else that is
 * done before a command. What is only included by those files counts after ten seconds, as it does in an editor's window.
 */
export async function recalledIdentity({ home, project, folder, env }: IdentityQuestion): Promise<GitIdentity> {
  if (!isProjectId(project)) return hostIdentity(folder, env);
  const page = identityPage(home, project);
  const key = digestOf([folder, wordsOf(env), await stampsOf(folder, env)]);
  const known = await readPage(page);
  const age = Date.now() - (known?.at ?? 0);
  if (known?.key === key && age >= 0 && age < identityHoldsMs) return known.identity;
  const identity = await hostIdentity(folder, env);
  await keep(page, { key, at: Date.now(), identity });
  return identity;
}

/** Where it is kept; of no use once the project is gone. */
export function identityPage({ stateDir }: Pick<BerthHome, 'stateDir'>, project: string): string {
  if (!isProjectId(project)) throw new RangeError(`Not a project's id: ${project}`);
  return join(stateDir, 'git', `${project}.who.json`);
}

const isProjectId = (text: string): boolean => /^[0-9a-f]+$/.test(text);

function digestOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Variables that say where git's settings are, or what they are. Pure. */
function wordsOf(env: NodeJS.ProcessEnv): readonly (readonly [string, string | undefined])[] {
  const names = Object.keys(env).filter((name) => /^(?:GIT_.*|HOME|XDG_CONFIG_HOME|PATH)$/.test(name));
  return names.sort().map((name) => [name, env[name]] as const);
}

/** What `git config` writes to: the machine's, the user's and the repository's settings, each by what tells a change. */
async function stampsOf(folder: string, env: NodeJS.ProcessEnv): Promise<readonly (string | null)[]> {
  const user = env['HOME'] ?? homedir();
  const files = [
    env['GIT_CONFIG_SYSTEM'] ?? '/etc/gitconfig',
    env['GIT_CONFIG_GLOBAL'] ?? join(user, '.gitconfig'),
    join(env['XDG_CONFIG_HOME'] ?? join(user, '.config'), 'git', 'config'),
  ];
  for (let at = folder; ; at = dirname(at)) {
    const own = join(at, '.git');
    files.push(own);
    if ((await stampOf(own)) !== null) {
      files.push(...['config', 'config.worktree', 'HEAD'].map((name) => join(own, name)));
      break;
    }
    if (dirname(at) === at) break;
  }
  return Promise.all(files.map(stampOf));
}

async function stampOf(file: string): Promise<string | null> {
  return stat(file).then(
    // A folder's times change with each file in it, and say nothing of its settings.
    (found) => (found.isDirectory() ? `${found.ino}` : `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`),
    () => null,
  );
}

async function readPage(file: string): Promise<Page | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Page;
  } catch {
    return null;
  }
}

/** What could not be kept is asked for again. */
async function keep(file: string, page: Page): Promise<void> {
  try {
    const draft = `${file}.${process.pid}`;
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(draft, JSON.stringify(page), { mode: 0o600 });
    await rename(draft, file);
  } catch {
    return;
  }
}
