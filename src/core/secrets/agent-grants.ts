import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { BerthHome } from '../home';
import { withLock } from '../lock';
import { isRecord } from '../projects/spec-diff';
import { declaredSecrets } from './declared';
import type { SecretWish } from './types';

/**
 * Whose containers a grant is for: those that agents have of a project, its worktrees among them, or those that they make
 * from a template by its name.
 */
export type GrantScope =
  | { readonly kind: 'project'; readonly id: string }
  | { readonly kind: 'template'; readonly name: string };

/**
 * A secret that agents' containers may have. It holds where the value comes from and what becomes of it, as it was when
 * a person granted it: what a template says by the same name later is not granted. `at`: ISO 8601 instant of the grant.
 */
export interface SecretGrant {
  readonly wish: SecretWish;
  readonly at: string;
}

type GrantHome = Pick<BerthHome, 'stateDir' | 'locksDir'>;

/** By name. A missing or torn file grants nothing. One file a scope, in Berth's home: no template and no container can write it. */
export async function readSecretGrants(
  home: Pick<GrantHome, 'stateDir'>,
  scope: GrantScope,
): Promise<readonly SecretGrant[]> {
  let stored: unknown;
  try {
    stored = JSON.parse(await readFile(fileOf(home, scope), 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const granted = isRecord(stored) ? stored : {};
  return declaredSecrets({ secrets: granted }).map((wish) => {
    const one = granted[wish.name];
    return { wish, at: isRecord(one) && typeof one['at'] === 'string' ? one['at'] : '' };
  });
}

/** Changes them under a lock, so that two processes do not undo each other. @returns what was and what is granted */
export function changeSecretGrants(
  home: GrantHome,
  scope: GrantScope,
  change: (grants: readonly SecretGrant[]) => readonly SecretGrant[],
): Promise<{ readonly before: readonly SecretGrant[]; readonly after: readonly SecretGrant[] }> {
  const file = fileOf(home, scope);
  return withLock(home.locksDir, `agent-secrets-${scope.kind === 'project' ? scope.id : scope.name}`, async () => {
    const before = await readSecretGrants(home, scope);
    const after = change(before);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const entries = after.map(({ wish, at }) => [wish.name, { ...specOf(wish), at }] as const);
    await writeFileAtomic(file, `${JSON.stringify(Object.fromEntries(entries))}\n`, { mode: 0o600 });
    return { before, after };
  });
}

/** For a project that is removed: one that comes to have its id later starts with nothing granted. */
export async function forgetSecretGrants(home: Pick<GrantHome, 'stateDir'>, project: string): Promise<void> {
  await rm(fileOf(home, { kind: 'project', id: project }), { force: true });
}

/** What a resolved spec has under a secret's name. */
type SecretSpec = Omit<SecretWish, 'name' | 'path'> & { readonly path?: string };

/** Secrets as a resolved spec has them, by name. Pure. */
export function secretsSpec(wishes: readonly SecretWish[]): Readonly<Record<string, SecretSpec>> {
  return Object.fromEntries(wishes.map((wish) => [wish.name, specOf(wish)]));
}

function specOf({ from, as, path, mode, required }: SecretWish): SecretSpec {
  return { from, as, ...(path === null ? {} : { path }), mode, required };
}

function fileOf({ stateDir }: Pick<GrantHome, 'stateDir'>, scope: GrantScope): string {
  const name = scope.kind === 'project' ? scope.id : scope.name;
  const known = scope.kind === 'project' ? /^[0-9a-f]+$/ : /^[a-z0-9][a-z0-9-]{0,63}$/;
  if (!known.test(name)) throw new RangeError(`Not a ${scope.kind}: ${name}`);
  return join(stateDir, 'agent-secrets', `${scope.kind}-${name}.json`);
}
