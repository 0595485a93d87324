import { persistWithAgents } from '../agents/state';
import type { Engine, EngineMount } from '../engine/types';
import type { BerthHome } from '../home';
import type { ProjectIdentity } from '../model';
import { seesFolders } from '../projects/host-mounts';
import type { ImagePlan, TemplateSpec } from '../templates/types';
import { keptFolders } from './persist';
import { homePurpose, purposeInWords, workspacePurpose } from './purpose';
import { ensureVolumes, folderWish, homeWish, namedWish, workspaceWish } from './volumes';
import type { ChosenVolume } from './volumes';
import { lookAtWorktree } from './worktree';
import { worktreeMounts } from '../worktrees/mounts';

export interface StorageRequest {
  readonly engine: Engine;
  readonly home: Pick<BerthHome, 'dir'>;
  readonly identity: ProjectIdentity;
  readonly spec: Pick<TemplateSpec, 'workspace' | 'persist' | 'volumes' | 'agents'>;
  readonly image: Pick<ImagePlan, 'home'>;
  /** Berth's owner id. */
  readonly owner: string;
  /** Volumes that the project's last container had: names by purpose. */
  readonly remembered: Readonly<Record<string, string>>;
  /** Takes a new home volume; the one there is stays as it is, for the container that has it. */
  readonly cleanHome?: boolean;
  /** Purposes whose volumes are to be new ones likewise. */
  readonly afresh?: readonly string[];
}

/** What lasts of a container, made and ready to be mounted. */
export interface ContainerStorage {
  readonly workspace: EngineMount;
  readonly homeVolume: string | null;
  /** Named volumes, persisted folders, and the git folder of a worktree. */
  readonly mounts: readonly EngineMount[];
  /** Names by purpose. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Names of those that were made just now, and so are empty. */
  readonly fresh: ReadonlySet<string>;
  /** The branch of a project that is a git worktree. */
  readonly branch: string | null;
  /** The common git folder of a worktree is mounted. */
  readonly gitFolder: boolean;
  readonly notices: readonly string[];
}

/** Makes the volumes that a container needs and that are missing, and looks at the project's git folder. */
export async function prepareStorage(request: StorageRequest, signal?: AbortSignal): Promise<ContainerStorage> {
  const { engine, identity, spec, image, owner, remembered } = request;
  const kept = keptFolders(persistWithAgents(spec), image.home);
  const named = spec.volumes.flatMap(({ volume, container: target, mode }) =>
    volume === undefined ? [] : [{ wish: namedWish(volume), target, readOnly: mode === 'ro' }],
  );
  const folders = kept.folders.map(({ folder, target }) => ({ wish: folderWish(folder), target, readOnly: false }));
  const copied = spec.workspace.mode === 'volume';
  const wishes = [
    ...(kept.home ? [homeWish] : []),
    ...(copied ? [workspaceWish] : []),
    ...[...named, ...folders].map(({ wish }) => wish),
  ];
  const afresh = [...(request.cleanHome === true ? [homePurpose] : []), ...(request.afresh ?? [])];
  const options = { remembered, afresh };
  const chosen = await ensureVolumes(engine, identity, owner, wishes, options, signal);
  const mount = (purpose: string, target: string, readOnly: boolean): EngineMount[] => {
    const volume = chosen.get(purpose)?.name;
    return volume === undefined ? [] : [{ kind: 'volume', volume, target, readOnly }];
  };
  const git = await gitMounts(request);
  const place = { target: spec.workspace.path, readOnly: false };
  return {
    workspace: mount(workspacePurpose, place.target, false)[0] ?? { kind: 'bind', source: identity.folder, ...place },
    homeVolume: chosen.get(homePurpose)?.name ?? null,
    mounts: [
      ...named.concat(folders).flatMap(({ wish, target, readOnly }) => mount(wish.purpose, target, readOnly)),
      ...git.mounts,
    ],
    volumes: Object.fromEntries([...chosen].map(([purpose, { name }]) => [purpose, name])),
    fresh: new Set([...chosen.values()].filter(({ isNew }) => isNew).map(({ name }) => name)),
    branch: git.branch,
    gitFolder: git.mounts.length > 0,
    notices: [...lostNotices(chosen), ...git.notices],
  };
}

/** What to say of volumes that somebody deleted. Pure. */
function lostNotices(chosen: ReadonlyMap<string, ChosenVolume>): string[] {
  return [...chosen].flatMap(([purpose, { lost }]) =>
    lost === null ? [] : [`${sentence(purposeInWords(purpose))} was on ${lost}, which is gone: it is made anew.`],
  );
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

async function gitMounts({ engine: { info }, home, identity, spec }: StorageRequest): Promise<{
  readonly mounts: readonly EngineMount[];
  readonly branch: string | null;
  readonly notices: readonly string[];
}> {
  // An agent's never gets the user's own git folder, where hooks and settings are.
  const agents = await worktreeMounts(home, identity.folder, spec.workspace.path);
  if (agents !== null) return { ...agents, notices: [] };
  const look = await lookAtWorktree(identity.folder, spec.workspace.path, info);
  if (look.kind === 'none') return { mounts: [], branch: null, notices: [] };
  const without = (why: string) => [`git does not work in the container: ${why}.`];
  if (look.kind === 'refused') return { mounts: [], branch: null, notices: without(look.why) };
  const { common, target, branch } = look.worktree;
  if (spec.workspace.mode === 'volume') {
    return { mounts: [], branch, notices: without('the workspace is a copy, and a worktree has one place only') };
  }
  if (!seesFolders(info)) {
    return { mounts: [], branch, notices: without(`the engine cannot see ${common}`) };
  }
  return { mounts: [{ kind: 'bind', source: common, target, readOnly: false }], branch, notices: [] };
}
