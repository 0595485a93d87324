import { copyFile, lchown, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BerthError } from '../errors';
import type { UserNumbers } from '../storage/ownership';
import { mustBorrowNothing, plainFile } from './borrowed';
import { branchFor, gitTarget, writeWorktree, type WorktreePlace, type WorktreeRecord } from './place';
import { checkoutOf, firstLine, placeOf, type Checkout } from './repository';
import { git, gitText, handOver, type GitPlace } from './safe-git';

/** Name of the worktree's folder in the container's repository. */
const inner = 'w';

/** Berth's own repository of a worktree, with its files where `files` says so. */
export function hostPlace(place: WorktreePlace): GitPlace {
  return { gitDir: place.host, workTree: place.folder, index: join(place.host, 'index') };
}

/** Where the container's repository says what the worktree is on. */
export function innerGitDir(place: WorktreePlace): string {
  return join(place.inside, 'worktrees', inner);
}

/**
 * Makes branch and worktree of a project, from the commit that is checked out there. The user's checkout is not touched.
 * What a run that was cut short has left is made anew; the record comes last. `template`: the text of its container's.
 * @throws BerthError `git_failed`
 */
export async function makeWorktree(
  place: WorktreePlace,
  { key, project, client }: Pick<WorktreeRecord, 'key' | 'project' | 'client'>,
  template: string,
  signal?: AbortSignal,
): Promise<void> {
  const checkout = await checkoutOf(project);
  await mustBorrowNothing(checkout);
  const from = placeOf(checkout);
  const head = await git(from, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { codes: [0, 1], signal });
  if (head.code !== 0) {
    throw new BerthError('git_failed', `${project} has no commit yet, so no worktree can begin.`, {
      hint: 'Commit something first.',
    });
  }
  const base = head.stdout.toString().trim();
  await unregister(checkout, place);
  await rm(place.dir, { recursive: true, force: true });
  await mkdir(place.dir, { recursive: true, mode: 0o700 });
  const branch = await freeBranch(from, key, place.name.slice(-6), signal);
  await makeRepositories(place, checkout, { base, branch }, signal);
  // What was looked at may have been swapped while it was read.
  await mustBorrowNothing(checkout).catch(async (error: unknown) => {
    await rm(place.dir, { recursive: true, force: true });
    throw error;
  });
  await register(checkout, place, branch, base, signal);
  try {
    await checkOut(place, base, signal);
  } catch (error) {
    await unregister(checkout, place);
    await git(from, ['update-ref', '-d', `refs/heads/${branch}`, base], { codes: [0, 1, 128] });
    throw error;
  }
  if (checkout.owner !== null) {
    for (const path of [place.folder, place.inside, place.pointer]) await giveTo(checkout.owner, path);
  }
  await writeFile(place.template, template, { mode: 0o600 });
  const created = new Date().toISOString();
  const repository = checkout.common;
  await writeWorktree(place, { key, branch, base, project, repository, client, created, accepted: null });
}

/** The key's branch, or one with the worktree's own digits where the user has one of that name. */
async function freeBranch(from: GitPlace, key: string, digits: string, signal?: AbortSignal): Promise<string> {
  const branch = branchFor(key);
  const args = ['show-ref', '--verify', '--quiet', `refs/heads/${branch}`];
  const { code } = await git(from, args, { codes: [0, 1], signal });
  return code === 1 ? branch : `${branch}-${digits}`;
}

/**
 * Two repositories: one that the container writes, with a copy of the history, so that nothing in it can reach the user's,
 * and Berth's own, which reads the user's objects where they are.
 */
async function makeRepositories(
  place: WorktreePlace,
  checkout: Checkout,
  { base, branch }: { readonly base: string; readonly branch: string },
  signal?: AbortSignal,
): Promise<void> {
  const from = placeOf(checkout);
  const format = await gitText(from, ['rev-parse', '--show-object-format'], { signal });
  const named = await git(from, ['symbolic-ref', '--quiet', 'HEAD'], { codes: [0, 1], signal });
  const users = named.stdout.toString().trim();
  for (const dir of [place.host, place.inside]) {
    await mkdir(dir, { recursive: true });
    await git({ gitDir: dir }, ['init', '-q', '--bare', '--template=', `--object-format=${format}`, dir], { signal });
    await mkdir(join(dir, 'info'), { recursive: true });
    // What the user does not want to see is no change, and a history that is cut short is cut short here too.
    for (const file of [['info', 'exclude'], ['shallow']]) {
      const content = await plainFile(checkout.common, ...file);
      if (content !== null) await writeFile(join(dir, ...file), content);
    }
  }
  await mkdir(join(place.host, 'objects', 'info'), { recursive: true });
  await writeFile(join(place.host, 'objects', 'info', 'alternates'), `${join(checkout.common, 'objects')}\n`);
  const inside = { gitDir: place.inside };
  await handOver(from, inside, `${base}\n`, { strict: false, signal });
  const refs = [...new Set([`refs/heads/${branch}`, ...(users.startsWith('refs/heads/') ? [users] : [])])];
  for (const ref of refs) await git(inside, ['update-ref', ref, base], { signal });
  const own = innerGitDir(place);
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'HEAD'), `ref: refs/heads/${branch}\n`);
  await writeFile(join(own, 'commondir'), '../..\n');
  await writeFile(join(own, 'gitdir'), '/workspace/.git\n');
  await writeFile(place.pointer, `gitdir: ${gitTarget}/worktrees/${inner}\n`, { mode: 0o644 });
}

/** So that the user's own git knows of it, and lets nobody else have the branch. */
async function register(
  checkout: Checkout,
  place: WorktreePlace,
  branch: string,
  base: string,
  signal?: AbortSignal,
): Promise<void> {
  // As this process's user: another one may not reach Berth's own folder.
  const from: GitPlace = { ...placeOf(checkout), owner: null };
  const args = ['worktree', 'add', '-q', '--no-checkout', '--no-track', '-b', branch, place.folder, base];
  await git(from, args, { signal });
  if (checkout.owner === null) return;
  const written = [
    join(checkout.common, 'worktrees'),
    ...['refs', 'logs/refs'].flatMap((of) => [join(checkout.common, of, 'heads', dirname(branch))]),
  ];
  for (const path of written) await giveTo(checkout.owner, path);
}

/** Puts the files of a commit there: by Berth's own repository, whose configuration names no program. */
async function checkOut(place: WorktreePlace, base: string, signal?: AbortSignal): Promise<void> {
  const host = hostPlace(place);
  await git(host, ['read-tree', base], { signal });
  await git(host, ['checkout-index', '--all', '--force', '--quiet'], { signal });
  await git(host, ['update-index', '-q', '--refresh'], { codes: [0, 1], signal });
  await copyFile(join(place.host, 'index'), join(innerGitDir(place), 'index'));
}

/** Where the project's repository keeps what it knows of the worktree: one folder, or none. */
export async function registeredAt({ common }: Checkout, { folder }: WorktreePlace): Promise<readonly string[]> {
  const all = join(common, 'worktrees');
  const found: string[] = [];
  for (const name of await readdir(all).catch(() => [])) {
    const leads = await firstLine(join(all, name, 'gitdir'));
    if (leads === join(folder, '.git')) found.push(join(all, name));
  }
  return found;
}

/** Takes the worktree out of the project's repository; its branch stays. */
export async function unregister(checkout: Checkout, place: WorktreePlace): Promise<void> {
  for (const own of await registeredAt(checkout, place)) await rm(own, { recursive: true, force: true });
}

async function giveTo(owner: UserNumbers, path: string): Promise<void> {
  await lchown(path, owner.uid, owner.gid).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) await giveTo(owner, child);
    else await lchown(child, owner.uid, owner.gid);
  }
}
