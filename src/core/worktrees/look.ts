import { join } from 'node:path';
import { isCancelled } from '../errors';
import { plainText } from '../paths';
import { hostPlace, innerGitDir } from './make';
import type { WorktreePlace } from './place';
import { firstLine } from './repository';
import { git, gitText, handOver, type GitPlace } from './safe-git';
import type { ChangedFile, Worktree, WorktreeChanges } from './types';

/** A worktree as it is at one moment, in Berth's own repository. Commits and trees are hex digits. */
export interface Found {
  /** The last commit that was made in the container. */
  readonly tip: string;
  /** All that lies in the files, what git does not know yet and what is in no commit too. */
  readonly tree: string;
  readonly notices: readonly string[];
}

const hex = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Reads what was done into Berth's own repository. The container's repository is only ever read as data: which commit is the
 * last, and its objects, which are checked on the way. Its configuration, hooks and index count for nothing, nor does
 * any repository among the files.
 * @throws BerthError `git_failed`
 */
export async function lookAtWork(place: WorktreePlace, worktree: Worktree, signal?: AbortSignal): Promise<Found> {
  const host = hostPlace(place);
  const notices: string[] = [];
  const tip = await importTip(place, worktree, notices, signal);
  await git(host, ['read-tree', '--reset', tip], { signal });
  const known = await submodules(host, signal);
  // One that is there is left as its commit says: looking into it would be reading a configuration of the container's.
  if (known.length > 0) {
    const input = known.join('\0');
    await git(host, ['update-index', '-z', '--skip-worktree', '--stdin'], { input, signal });
  }
  const added = await git(host, ['add', '--all', '--ignore-errors', '.'], { codes: [0, 1, 128], signal });
  if (added.code !== 0) notices.push(...unreadable(added.stderr));
  const nested = (await submodules(host, signal)).filter((path) => !known.includes(path));
  if (nested.length > 0) {
    const input = nested.join('\0');
    await git(host, ['update-index', '-z', '--force-remove', '--stdin'], { input, signal });
    notices.push(
      ...nested.map(
        (path) => `${path.replace(/\p{Cc}/gu, '\ufffd')} is a repository of its own, so it is not among the changes.`,
      ),
    );
  }
  return { tip, tree: await gitText(host, ['write-tree'], { signal }), notices };
}

/** What was done, in words and as a patch. */
export async function changesOf(
  place: WorktreePlace,
  worktree: Worktree,
  signal?: AbortSignal,
): Promise<WorktreeChanges> {
  const host = hostPlace(place);
  const { tip, tree, notices } = await lookAtWork(place, worktree, signal);
  const { base, accepted } = worktree;
  const format = ['log', '--max-count=100', '--format=%H%x00%s', `${base}..${tip}`];
  const [log, files, open, patch] = await Promise.all([
    gitText(host, format, { signal }),
    changedFiles(host, base, tree, signal),
    changedFiles(host, tip, tree, signal),
    patchOf(host, base, tree, signal),
  ]);
  return {
    worktree,
    commits: log.split('\n').flatMap((line) => {
      const [id, subject = ''] = line.split('\0');
      return id === undefined || id === '' ? [] : [{ id, subject }];
    }),
    files,
    uncommitted: open.length,
    patch: patch ?? Buffer.alloc(0),
    taken: accepted?.tree === tree || files.length === 0,
    notices: patch === null ? [...notices, 'The patch is too long to be shown.'] : notices,
  };
}

/** Null where it is too long: what was done can be taken or discarded all the same. */
async function patchOf(host: GitPlace, base: string, tree: string, signal?: AbortSignal): Promise<Buffer | null> {
  try {
    return (await git(host, [...diff, '--patch', base, tree], { signal })).stdout;
  } catch (error) {
    if (isCancelled(error)) throw error;
    return null;
  }
}

/** Compares by contents alone: no program for it is named anywhere, and none would be run. */
const diff = ['diff-tree', '-r', '--no-commit-id', '--no-ext-diff', '--no-textconv', '--no-color', '--find-renames'];

/** Pure but for git: which files differ between two trees. */
export async function changedFiles(
  host: GitPlace,
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<ChangedFile[]> {
  const { stdout } = await git(host, [...diff, '--no-renames', '--name-status', '-z', from, to], { signal });
  const words = stdout.toString().split('\0');
  const files: ChangedFile[] = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    files.push({ status: words[at]?.slice(0, 1) ?? '', path: words[at + 1] ?? '' });
  }
  return files;
}

/** The commit that the container's worktree is on; where that cannot be told, the one it began at. */
async function importTip(
  place: WorktreePlace,
  { base, branch }: Worktree,
  notices: string[],
  signal?: AbortSignal,
): Promise<string> {
  const tip = await tipOf(place, branch);
  if (tip === null) {
    notices.push('The last commit could not be read; the files were compared with where the worktree began.');
    return base;
  }
  const host = hostPlace(place);
  const kind = await git(host, ['cat-file', '-e', `${tip}^{commit}`], { codes: [0, 1, 128], signal });
  if (kind.code !== 0) {
    const reading = { ...host, alternates: [join(place.inside, 'objects')] };
    await handOver(reading, host, `${tip}\n^${base}\n`, { strict: true, signal });
  }
  // Named, so that it is kept.
  await git(host, ['update-ref', 'refs/heads/tip', tip], { signal });
  return tip;
}

async function tipOf(place: WorktreePlace, branch: string): Promise<string | null> {
  const head = await firstLine(join(innerGitDir(place), 'HEAD'));
  if (head !== null && hex.test(head)) return head;
  const named = /^ref: (refs\/heads\/[^\0]+)$/.exec(head ?? '')?.[1] ?? `refs/heads/${branch}`;
  if (named.split('/').includes('..')) return null;
  const loose = await firstLine(join(place.inside, named));
  if (loose !== null && hex.test(loose)) return loose;
  return packedTip(join(place.inside, 'packed-refs'), named);
}

async function packedTip(file: string, ref: string): Promise<string | null> {
  const lines = (await plainText(file, 2 ** 20))?.split('\n') ?? [];
  const id = lines.find((line) => line.endsWith(` ${ref}`))?.split(' ')[0];
  return id !== undefined && hex.test(id) ? id : null;
}

/** Paths in the index that stand for repositories of their own. */
async function submodules(host: GitPlace, signal?: AbortSignal): Promise<string[]> {
  const { stdout } = await git(host, ['ls-files', '--stage', '-z'], { signal });
  return stdout
    .toString()
    .split('\0')
    .filter((line) => line.startsWith('160000 '))
    .map((line) => line.slice(line.indexOf('\t') + 1));
}

function unreadable(stderr: string): string[] {
  const lines = stderr.split('\n').filter((line) => line.startsWith('error: '));
  return lines.slice(0, 5).map((line) => `Not looked at: ${line.slice('error: '.length, 300)}`);
}
