import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { BerthError } from '../errors';
import { hostIdentity } from '../git/identity';
import { changedFiles, lookAtWork, type Found } from './look';
import { hostPlace, registeredAt } from './make';
import { writeWorktree, type WorktreePlace } from './place';
import { checkoutOf, placeOf, type Checkout } from './repository';
import { git, gitText, handOver, withoutDrivers, type GitPlace } from './safe-git';
import type { Accepted, AcceptMode, AcceptResult, ChangedFile, Worktree } from './types';

/** What a merge comes to: a commit for the user's branch, or only a tree where nothing is committed. */
interface Merged {
  /** The worktree's state as a commit. */
  readonly work: string;
  readonly tree: string;
  /** The user's next HEAD. */
  readonly commit: string;
}

/**
 * Brings what was done into the project's checkout. All is merged in Berth's own repository first, so that conflicts touch
 * nothing; then the checkout's files and index are changed in one step of git's, which does nothing at all where one of
 * the user's changes is in the way.
 * @throws BerthError `merge_conflicts`, `changes_in_the_way`, `nothing_to_accept`, `git_failed`
 */
export async function acceptWork(
  place: WorktreePlace,
  worktree: Worktree,
  mode: AcceptMode,
  signal?: AbortSignal,
): Promise<AcceptResult> {
  const checkout = await checkoutOf(worktree.project);
  if (checkout.common !== worktree.repository) {
    throw new BerthError('git_failed', `${worktree.project} is no longer the repository that the worktree is of.`);
  }
  const found = await lookAtWork(place, worktree, signal);
  const users = await withoutDrivers(placeOf(checkout), signal);
  const head = await gitText(users, ['rev-parse', '--verify', 'HEAD^{commit}'], { signal });
  const env = await identityOf(worktree.project, signal);
  const work = await workCommit(hostPlace(place), worktree, found, env, signal);
  await publish(place, checkout, worktree, work, signal);
  const merged = await merge(place, worktree, { ...found, work }, head, env, signal);
  const host = hostPlace(place);
  const files = await changedFiles(host, head, merged.tree, signal);
  if (files.length === 0) {
    throw new BerthError('nothing_to_accept', `${worktree.name} has nothing that ${worktree.project} has not.`, {
      hint: 'See what it did with `berth agents diff`; discard it when you are done with it.',
    });
  }
  await refuseUntracked(checkout, files);
  await handOver(host, users, `${merged.commit}\n${merged.tree}\n^${head}\n^${worktree.base}\n`, {
    strict: true,
    signal,
  });
  await switchTo(users, head, merged, mode, worktree, files);
  // From here on it is done, whatever is asked for meanwhile.
  const accepted: Accepted = { mode, commit: merged.work, tree: found.tree, at: new Date().toISOString() };
  await writeWorktree(place, { ...worktree, accepted });
  return { worktree: { ...worktree, accepted }, mode, commit: mode === 'merge' ? merged.commit : null, files };
}

/** The worktree's branch in the project gets the work, so that the user's own git can see and merge it too. */
async function publish(
  place: WorktreePlace,
  checkout: Checkout,
  { branch, base }: Worktree,
  work: string,
  signal?: AbortSignal,
): Promise<void> {
  const users = placeOf(checkout);
  await handOver(hostPlace(place), users, `${work}\n^${base}\n`, { strict: true, signal });
  await git(users, ['update-ref', '-m', 'berth: work', `refs/heads/${branch}`, work], { signal });
  const [own] = await registeredAt(checkout, place);
  if (own !== undefined) await git({ gitDir: own, owner: checkout.owner }, ['read-tree', work], { signal });
}

/** Merges in Berth's own repository, which has no driver for it; the user's commits are read where they are. */
async function merge(
  place: WorktreePlace,
  worktree: Worktree,
  { tree: own, work }: Found & { readonly work: string },
  head: string,
  env: Identity,
  signal?: AbortSignal,
): Promise<Merged> {
  const host = hostPlace(place);
  const behind = await git(host, ['merge-base', '--is-ancestor', head, work], { codes: [0, 1], signal });
  if (behind.code === 0) return { work, tree: own, commit: work };
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', head, work];
  const { code, stdout } = await git(host, args, { codes: [0, 1], signal });
  const [tree = '', ...paths] = stdout.toString().split('\0');
  if (code === 0) {
    return { work, tree, commit: await commit(host, tree, `Merge ${worktree.branch}`, [head, work], env, signal) };
  }
  const conflicts = [...new Set(paths.filter((path) => path !== ''))];
  throw new BerthError('merge_conflicts', conflictText(worktree, conflicts), {
    hint: `Your checkout is as it was. Merge by hand: \`git merge ${worktree.branch}\`.`,
    errors: conflicts.map((path) => ({ message: shown(path) })),
  });
}

function conflictText({ name }: Worktree, conflicts: readonly string[]): string {
  const files = conflicts.length === 1 ? '1 file' : `${conflicts.length} files`;
  return `${files} of ${name} cannot be merged with your checkout: ${conflicts.slice(0, 5).map(shown).join(', ')}.`;
}

/** The last commit, or one more where something is in none. What was taken before is its parent too. */
async function workCommit(
  host: GitPlace,
  { accepted, name }: Worktree,
  { tip, tree }: Found,
  env: Identity,
  signal?: AbortSignal,
): Promise<string> {
  const within = async (one: string, other: string): Promise<boolean> =>
    (await git(host, ['merge-base', '--is-ancestor', one, other], { codes: [0, 1], signal })).code === 0;
  const former = accepted?.commit;
  if (former !== undefined && accepted?.tree === tree && (await within(tip, former))) return former;
  const committed = (await gitText(host, ['rev-parse', `${tip}^{tree}`], { signal })) === tree;
  const taken = former !== undefined && accepted?.mode === 'merge' && !(await within(former, tip)) ? [former] : [];
  const work =
    committed && taken.length === 0 ? tip : await commit(host, tree, `Work of ${name}`, [tip, ...taken], env, signal);
  await git(host, ['update-ref', 'refs/heads/work', work], { signal });
  return work;
}

function commit(
  host: GitPlace,
  tree: string,
  message: string,
  parents: readonly string[],
  env: Identity,
  signal?: AbortSignal,
): Promise<string> {
  const args = ['commit-tree', tree, '-m', message, ...parents.flatMap((one) => ['-p', one])];
  return gitText(host, args, { env, signal });
}

/** A file of the user's that git does not know could be overwritten in silence, an ignored one for certain. */
async function refuseUntracked(checkout: Checkout, files: readonly ChangedFile[]): Promise<void> {
  const there: string[] = [];
  for (const { status, path } of files) {
    if (status !== 'A') continue;
    if ((await lstat(join(checkout.folder, path)).catch(() => null)) !== null) there.push(path);
  }
  if (there.length > 0) throw inTheWay(there);
}

async function switchTo(
  users: GitPlace,
  head: string,
  { tree, commit }: Merged,
  mode: AcceptMode,
  { branch }: Worktree,
  files: readonly ChangedFile[],
): Promise<void> {
  await git(users, ['update-index', '-q', '--ignore-submodules', '--refresh'], { codes: [0, 1] });
  const moved = await git(users, ['read-tree', '-m', '-u', head, tree], { codes: [0, 1, 128] });
  if (moved.code !== 0) throw inTheWay(namedIn(moved.stderr, files));
  if (mode === 'apply') return;
  const words = `berth: merge ${branch}`;
  const set = await git(users, ['update-ref', '-m', words, 'HEAD', commit, head], { codes: [0, 1, 128] });
  if (set.code === 0) return;
  await git(users, ['read-tree', '-m', '-u', tree, head]);
  throw new BerthError('git_failed', 'HEAD of the checkout moved meanwhile, so nothing was changed.', {
    hint: 'Do it again.',
  });
}

/** Which of the files git complained about; all that would change where it named none. Pure. */
export function namedIn(stderr: string, files: readonly ChangedFile[]): string[] {
  const named = files.map(({ path }) => path).filter((path) => stderr.includes(`'${path}'`));
  return named.length === 0 ? files.map(({ path }) => path) : named;
}

/** Agents choose names of files, and a control character in one would steer a terminal. Pure. */
function shown(path: string): string {
  return path.replace(/\p{Cc}/gu, '\ufffd');
}

function inTheWay(paths: readonly string[]): BerthError {
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  return new BerthError(
    'changes_in_the_way',
    `Your checkout has changes of its own in ${paths.slice(0, 5).map(shown).join(', ')}${more}.`,
    {
      hint: 'Nothing was changed. Commit or stash yours first.',
      errors: paths.map((path) => ({ message: shown(path) })),
    },
  );
}

/** Who commits, as variables of git's. */
type Identity = Readonly<Record<string, string>>;

/** Commits are the user's; without a name git could make none. */
async function identityOf(folder: string, signal?: AbortSignal): Promise<Identity> {
  const { name, email } = await hostIdentity(folder, process.env, signal);
  if (name === null || email === null) {
    throw new BerthError('git_failed', 'git on this machine does not know your name and e-mail address.', {
      hint: 'Say them: `git config --global user.name NAME` and `user.email ADDRESS`.',
    });
  }
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}
