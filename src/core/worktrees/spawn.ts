import { join } from 'node:path';
import { BerthError } from '../errors';
import type { Progress } from '../log';
import { seesFolders } from '../projects/host-mounts';
import { isThere, isWithin } from '../paths';
import { readAgentSettings } from '../sandbox/agent-settings';
import { givenLimits, type GivenLimits } from '../sandbox/limits';
import { templateOf, type Spawned } from '../sandbox/spawn';
import { ungranted } from '../sandbox/ungranted';
import { parentOf } from '../secrets/agent-wishes';
import type { Core } from '../types';
import { makeWorktree } from './make';
import { readWorktree, type WorktreePlace } from './place';
import type { WorktreeWish } from './types';

type Parts = Pick<Core, 'home' | 'engine' | 'projects' | 'templates'>;

/** Makes the worktree of a key where it is not there yet. Call it under the worktree's lock. */
export async function spawnInWorktree(
  parts: Parts,
  wish: WorktreeWish,
  place: WorktreePlace,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Spawned> {
  const { home, projects } = parts;
  const given = givenLimits(wish.limits, (await readAgentSettings(home)).limits);
  const before = await readWorktree(place);
  const notices: string[] = [];
  const { id, name } = await projects.identify(wish.folder);
  const lacking = async (template: string): Promise<readonly string[]> =>
    ungranted(parts, { id, folder: wish.folder }, { template, from: wish.folder, place: [name] });
  if (before === null) {
    progress({ kind: 'step', step: 'resolve', message: 'Making a worktree' });
    const { text, notice } = await worktreeTemplate(parts, wish, given, signal);
    if (notice !== null) notices.push(notice);
    const extending = (JSON.parse(text) as { readonly metadata: { readonly extends: string } }).metadata.extends;
    notices.push(...(await lacking(extending)));
    await makeWorktree(place, { key: wish.key, project: wish.folder, client: wish.client }, text, signal);
  } else if (before.client !== wish.client) {
    throw new BerthError('container_conflict', `The worktree of this key is ${before.client}'s.`, {
      hint: 'Two agents never share a worktree: choose another key.',
    });
  } else {
    const extending = await parentOf(place.template);
    if (extending !== null) notices.push(...(await lacking(extending)));
  }
  const agent = { ttlMs: given.ttlMs, client: wish.client };
  const result = await projects.up(place.folder, { template: place.template, agent }, progress, signal);
  const said = before === null ? given.notices : [];
  return { ...result, notices: [...said, ...notices, ...result.notices] };
}

/**
 * The project that a worktree is to be of: one that has a container, which the user made, or that the user trusts.
 * @throws BerthError `workspace_untrusted`, `bad_usage`, `folder_not_found`, `engine_unsupported`
 */
export async function projectFolder(parts: Parts, wish: WorktreeWish, signal?: AbortSignal): Promise<string> {
  const { id, folder } = await parts.projects.identify(wish.folder);
  if (isWithin(folder, parts.home.dir)) {
    throw new BerthError('bad_usage', 'This folder is an agent’s own, so it gets no worktree.', {
      hint: 'Name the project’s folder.',
    });
  }
  if (!seesFolders((await parts.engine.get(signal)).info)) {
    throw new BerthError(
      'engine_unsupported',
      'This engine cannot see this machine’s folders, so it has no worktrees.',
      {
        hint: 'Spawn by a key alone.',
      },
    );
  }
  if (wish.trusted.some((one) => isWithin(folder, one))) return folder;
  const { rows } = await parts.projects.refresh(signal);
  if (rows.some((row) => row.id === id)) return folder;
  throw new BerthError('workspace_untrusted', 'This folder has no container, and agents may not make one of it.', {
    hint: 'A person makes it once with `berth up`, or starts the server with --allow-folder.',
  });
}

/**
 * The template of a worktree's container. The project's own lies where agents write, so it is used only where the user
 * trusts the folder, and even then without what reaches this machine; else one by name, or one that suits the files.
 */
async function worktreeTemplate(
  { templates, projects }: Parts,
  { template, network, folder, trusted }: WorktreeWish,
  given: GivenLimits,
  signal?: AbortSignal,
): Promise<{ readonly text: string; readonly notice: string | null }> {
  const file = join(folder, 'berth.yaml');
  const own = trusted.some((one) => isWithin(folder, one)) && (await isThere(file));
  if (template !== undefined || own) {
    return { text: confined(templateOf({ template: template ?? file, network }, given)), notice: null };
  }
  // Whatever the file says, it can only name one of those that lie where no agent writes.
  const known = await templates.list();
  const chain = (await isThere(file))
    ? await templates.resolve(file).then(
        ({ files }) => files,
        () => [],
      )
    : null;
  const parent = chain?.flatMap((one) => known.find((entry) => entry.file === one)?.name ?? [])[0];
  const { id } = await projects.identify(folder);
  const row = (await projects.refresh(signal)).rows.find((one) => one.id === id);
  const made = known.some(({ name }) => name === row?.template) ? row?.template : undefined;
  const chosen = parent ?? made ?? (await templates.propose(folder)).template;
  const notice =
    chain === null
      ? null
      : `The container is by the template ${chosen}, without what the project’s berth.yaml adds, which agents can write.`;
  return { text: confined(templateOf({ template: chosen, network }, given)), notice };
}

/** The template without what a project's may ask of this machine; the workspace is the worktree. Pure. */
export function confined(text: string): string {
  const document = JSON.parse(text) as { readonly spec: Readonly<Record<string, unknown>> };
  const { security } = document.spec;
  const spec = {
    ...document.spec,
    workspace: { mode: 'bind' },
    volumes: null,
    ports: null,
    security: {
      ...(typeof security === 'object' ? security : {}),
      allow_host_paths: null,
      cap_add: null,
      seccomp: null,
    },
  };
  return JSON.stringify({ ...document, spec });
}
