import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { BerthHome } from '../home';
import type { AgentLife } from '../lifespan/lifespan';
import type { LifecyclePhase } from '../model';
import type { FileGlance } from './file-glance';
import type { PhaseRecord } from './step-records';

/** What changes during a project's life and so cannot be a label. Kept in Berth's home, one file a project. */
export interface ProjectState {
  /** The folder it follows, where `relink` moved it away from the one its id was made of. */
  readonly folder?: string;
  /** What `--template` said, so that a later plain `up` means the same. */
  readonly template?: string;
  /** What `--name` said. */
  readonly name?: string;
  /** There for an agent's own container. */
  readonly agent?: AgentLife;
  /** An agent had the folder's container made, and no person has asked for it since: it has the secrets that are granted to agents. */
  readonly madeByAgent?: boolean;
  /** How many of the commands of post_create succeeded, in which container; and who its user is (Berth 0.1 did not say). */
  readonly postCreate?: {
    readonly container: string;
    readonly done: number;
    readonly of: number;
    readonly user?: string;
  };
  /** The volumes that its containers were last made with: names by purpose. */
  readonly volumes?: Readonly<Record<string, string>>;
  /** The image whose home files a home volume has been given, by the engine's id. */
  readonly homeFiles?: { readonly volume: string; readonly image: string };
  /** The workspace volume that is being filled: nothing of value is in it before this is null again. */
  readonly filling?: string | null;
  /** How the commands of post_create and post_start went. */
  readonly steps?: Partial<Record<LifecyclePhase, PhaseRecord>>;
  /** The last start that was to be given what its services wait for; `done` once it has it. */
  readonly prepared?: { readonly container: string; readonly started: string | null; readonly done: boolean };
}

/**
 * Missing or torn files read as empty: all of this can be made again, and must never keep a project from coming up.
 * @param glance of a look at many projects, of which most may have no such file
 */
export async function readProjectState(
  home: Pick<BerthHome, 'stateDir'>,
  id: string,
  glance?: FileGlance,
): Promise<ProjectState> {
  if ((await glance?.has(fileOf(home, id))) === false) return {};
  try {
    return JSON.parse(await readFile(fileOf(home, id), 'utf8')) as ProjectState;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Lays `change` over what is stored, and writes nothing where that says so already; call it under the project's lock. */
export async function writeProjectState(home: BerthHome, id: string, change: ProjectState): Promise<void> {
  const file = fileOf(home, id);
  const before = await readProjectState(home, id);
  const state = { ...before, ...change };
  if (JSON.stringify(state) === JSON.stringify(before)) return;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFileAtomic(file, `${JSON.stringify(state)}\n`, { mode: 0o600 });
}

/** Folders that were relinked, and the ids that live there. */
export type Links = Readonly<Record<string, string>>;

export async function readLinks(home: BerthHome): Promise<Links> {
  try {
    return JSON.parse(await readFile(linksFile(home), 'utf8')) as Links;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** From now on `folder` is the project `id`, and no other folder is. */
export async function writeLink(home: BerthHome, folder: string, id: string): Promise<void> {
  const others = Object.entries(await readLinks(home)).filter(([known, owner]) => known !== folder && owner !== id);
  await mkdir(home.stateDir, { recursive: true, mode: 0o700 });
  const text = JSON.stringify(Object.fromEntries([...others, [folder, id]]), null, 2);
  await writeFileAtomic(linksFile(home), `${text}\n`, { mode: 0o600 });
}

const linksFile = (home: BerthHome): string => join(home.stateDir, 'links.json');
const fileOf = (home: Pick<BerthHome, 'stateDir'>, id: string): string => join(home.stateDir, 'projects', `${id}.json`);
