import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { BerthHome } from '../home';
import { withLock } from '../lock';
import type { Origin } from './origins';
import { identityPage } from './recalled-identity';

/** What a user lets git in one project's containers use. `at`: ISO 8601 instant of the grant. */
export interface Grants {
  /** Passwords and tokens for these servers, and no others, as the remotes named them when it was granted. */
  readonly token?: { readonly hosts: readonly Origin[]; readonly at: string };
  /** The keys of the SSH agent. */
  readonly agent?: { readonly at: string };
}

type GrantHome = Pick<BerthHome, 'stateDir' | 'locksDir'>;

/** A missing or torn file grants nothing. One file a project, in Berth's home: no template and no container can write it. */
export async function readGrants(home: Pick<GrantHome, 'stateDir'>, project: string): Promise<Grants> {
  try {
    const stored: unknown = JSON.parse(await readFile(fileOf(home, project), 'utf8'));
    return typeof stored === 'object' && stored !== null ? stored : {};
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Changes them under a lock, so that two processes do not undo each other. @returns what was and what is granted */
export function changeGrants(
  home: GrantHome,
  project: string,
  change: (grants: Grants) => Grants,
): Promise<{ readonly before: Grants; readonly after: Grants }> {
  return withLock(home.locksDir, `git-${project}`, async () => {
    const before = await readGrants(home, project);
    const after = change(before);
    const file = fileOf(home, project);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFileAtomic(file, `${JSON.stringify(after)}\n`, { mode: 0o600 });
    return { before, after };
  });
}

function fileOf({ stateDir }: Pick<GrantHome, 'stateDir'>, project: string): string {
  if (!/^[0-9a-f]+$/.test(project)) throw new RangeError(`Not a project's id: ${project}`);
  return join(stateDir, 'git', `${project}.json`);
}

/** For a project that is removed: one that comes to have its id later starts with nothing granted. */
export async function forgetGrants(home: Pick<GrantHome, 'stateDir'>, project: string): Promise<void> {
  await Promise.all([fileOf(home, project), identityPage(home, project)].map((file) => rm(file, { force: true })));
}
