import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BerthError } from '../errors';
import { withLock } from '../lock';
import type { Progress } from '../log';
import { isWithin } from '../paths';
import { safeName } from '../projects/identity';
import type { ProjectRow } from '../model';
import type { UpResult } from '../projects/types';
import { readSecretGrants } from '../secrets/agent-grants';
import { tellUngranted } from '../secrets/agent-verdict';
import { asToldToAgents, missingText, refuseMissing } from '../secrets/missing';
import type { Snapshot } from '../snapshots/types';
import { projectFile } from '../templates/sources';
import type { Core } from '../types';
import { readAgentSettings } from './agent-settings';
import { givenLimits, type AskedLimits, type GivenLimits } from './limits';
import { ungranted, ungrantedByKey, wantedBy } from './ungranted';
import { keyLock, placeOf, takenFor } from './warm/records';

/** What a container is asked to be: around a folder, or by a key from a template. */
export interface SpawnWish {
  /** Folders of this machine whose templates the user lets agents build and run; real paths. */
  readonly trusted: readonly string[];
  readonly key: string | undefined;
  readonly folder: string | undefined;
  readonly template: string | undefined;
  /** The snapshot to begin with, in a template's place. */
  readonly snapshot: Snapshot | undefined;
  readonly limits: AskedLimits;
  readonly network: 'full' | 'none' | undefined;
  /** The program that asks, by its own words. */
  readonly client?: string | undefined;
}

/** What a spawn came to. */
export type Spawned = Pick<UpResult, 'row' | 'reused' | 'notices'>;

/**
 * Makes a container or finds it: the same key, or the same folder, is the same container.
 * @throws BerthError as `up` does, `bad_usage`
 */
export async function spawnBox(
  core: Pick<Core, 'home' | 'projects' | 'snapshots' | 'templates' | 'warm'>,
  wish: SpawnWish,
  progress: Progress,
  signal?: AbortSignal,
): Promise<Spawned> {
  if (wish.folder !== undefined) {
    const { cpus, memoryMb, pids, ttlSeconds } = wish.limits;
    const own = [cpus, memoryMb, pids, ttlSeconds, wish.network, wish.template, wish.snapshot];
    if (own.some((value) => value !== undefined)) {
      throw new BerthError('bad_usage', 'The container of a folder is as the folder’s template says.', {
        hint: 'Leave template, snapshot, limits and network out, or take a key in place of the folder.',
      });
    }
    return spawnAround(core, wish.folder, wish.trusted, progress, signal);
  }
  const { key } = wish;
  if (key === undefined) {
    throw new BerthError('bad_usage', 'Neither a key nor a folder was given.', {
      hint: 'Give a folder for its container, or a key for one of your own.',
    });
  }
  if (wish.snapshot !== undefined && wish.template !== undefined) {
    throw new BerthError('bad_usage', 'A container begins with a template or with a snapshot.', {
      hint: 'Leave one of the two out.',
    });
  }
  const settings = await readAgentSettings(core.home);
  const given = givenLimits(wish.limits, settings.limits);
  const name = placeName(key);
  const isPlain = wish.network === undefined && wish.snapshot === undefined;
  if (settings.warm.length > 0 && isPlain) {
    const { template = usualTemplate, client } = wish;
    const claim = () => core.warm.claim({ name, template, given, client }, signal);
    const claimed = await claimWithSecrets(core, template, claim, signal);
    if (claimed !== null) return { ...claimed, notices: [...given.notices, ...claimed.notices] };
  }
  const { folder, file, fresh } = await withLock(
    core.home.locksDir,
    keyLock(name),
    () => placeFor(core, name, wish, given, signal),
    signal,
  );
  const options = { template: file, agent: { ttlMs: given.ttlMs, client: wish.client } };
  const make = async (): Promise<Spawned> => {
    const project = await core.projects.identify(folder);
    const lacking = await ungrantedByKey(core, project, { file, from: dirname(folder) });
    const result = await core.projects.up(folder, options, progress, signal);
    return { ...result, notices: [...lacking, ...result.notices] };
  };
  const result = await make().catch(async (error: unknown) => {
    if (fresh) await undo(core, folder);
    throw await clearer(core, wish, folder, error);
  });
  return fresh ? { ...result, notices: [...given.notices, ...result.notices] } : result;
}

/** One that waited has no secret: what is granted comes in when it is taken. */
async function claimWithSecrets(
  { home, projects, templates }: Pick<Core, 'home' | 'projects' | 'templates'>,
  template: string,
  claim: () => Promise<ProjectRow | null>,
  signal?: AbortSignal,
): Promise<Spawned | null> {
  const [wanted, granted] = await Promise.all([
    wantedBy(templates, template, home.dir),
    readSecretGrants(home, { kind: 'template', name: template }),
  ]);
  const wishes = granted.map(({ wish }) => wish);
  const lacking = tellUngranted(wanted, wishes, ['--template', template]);
  const row = await claim();
  if (row === null) return null;
  if (wishes.length === 0) return { row, reused: false, notices: lacking };
  const secrets = (await projects.refreshSecrets(row, {}, signal)).map(asToldToAgents);
  refuseMissing(secrets);
  const missing = secrets.filter(({ state }) => state === 'missing').map((secret) => `${missingText(secret)}.`);
  return { row: { ...row, secrets }, reused: false, notices: [...lacking, ...missing] };
}

/**
 * A folder's container as it is, or made by its template where the user said that agents may: a template lies where
 * agents write, and could ask for any folder of this machine.
 */
async function spawnAround(
  core: Pick<Core, 'home' | 'projects' | 'templates'>,
  folder: string,
  trusted: readonly string[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<Spawned> {
  const { id, folder: real } = await core.projects.identify(folder);
  const { rows } = await core.projects.refresh(signal);
  const row = rows.find((one) => one.id === id);
  if (row !== undefined) {
    const now = row.state === 'running' ? row : await core.projects.start(row, signal);
    return { row: now, reused: true, notices: [] };
  }
  if (!trusted.some((one) => isWithin(real, one))) {
    throw new BerthError('workspace_untrusted', 'This folder has no container, and agents may not make one for it.', {
      hint: 'A person makes it once with `berth up`, or starts the server with --allow-folder.',
    });
  }
  const own = join(real, projectFile);
  const lacking = existsSync(own)
    ? await ungranted(core, { id, folder: real }, { template: own, from: real, place: [real] })
    : [];
  const made = await core.projects.up(real, { byAgent: true }, progress, signal);
  return { ...made, notices: [...lacking, ...made.notices] };
}

/** What a first call with a key has said counts for no other where nothing came of it. */
async function undo({ projects }: Pick<Core, 'projects'>, folder: string): Promise<void> {
  try {
    const { id } = await projects.identify(folder);
    if ((await projects.look(id)) === null) await rm(dirname(folder), { recursive: true, force: true });
  } catch {
    // Where the engine cannot be asked it may have made something.
  }
}

/** A template that is not there is told as that, not as an error in the file that Berth wrote to extend it. */
async function clearer(
  { templates }: Pick<Core, 'templates'>,
  { template }: SpawnWish,
  folder: string,
  error: unknown,
): Promise<unknown> {
  if (template === undefined || !(error instanceof BerthError) || error.code !== 'template_invalid') return error;
  return templates.resolve(template, dirname(folder)).then(
    () => error,
    (why: unknown) => why,
  );
}

interface Place {
  readonly folder: string;
  readonly file: string;
  /** Whether this call was the first with its key. */
  readonly fresh: boolean;
}

/**
 * The workspace of a key, and the template that its container is made from, which lies out of the container's reach: what
 * runs in there cannot ask for more. The first call has said what it is; a later one with the same key gets that. Call it
 * under the key's lock.
 */
async function placeFor(
  { home, snapshots }: Pick<Core, 'home' | 'snapshots'>,
  name: string,
  wish: SpawnWish,
  given: GivenLimits,
  signal: AbortSignal | undefined,
): Promise<Place> {
  const slot = await takenFor(home, name);
  const { folder, file } = placeOf(home.dir, slot ?? name);
  if (slot !== null || existsSync(file)) return { folder, file, fresh: false };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { snapshot } = wish;
  if (snapshot !== undefined) {
    // What a call that was cut short has written.
    await rm(join(dirname(folder), projectFile), { force: true });
    await snapshots.plant(snapshot, dirname(folder), signal);
  }
  const template = snapshot === undefined ? wish.template : `./${projectFile}`;
  await writeFile(file, templateOf({ ...wish, template }, given), { mode: 0o600 });
  return { folder, file, fresh: true };
}

/** What a key's folder is called. Pure. */
function placeName(key: string): string {
  return `${safeName(key).slice(0, 24)}-${shortHash(key)}`;
}

/** Where an agent names none. */
const usualTemplate = 'base';

/** The template of an agent's own container: another one's, within what it is given, that asks for no secret: those that are granted come to it apart. Pure. */
export function templateOf(
  { template = usualTemplate, network }: Pick<SpawnWish, 'template' | 'network'>,
  { cpus, memoryMb, pids }: GivenLimits,
): string {
  return JSON.stringify({
    apiVersion: 'devcontainer/v1',
    kind: 'Template',
    metadata: { name: 'agent', extends: template },
    spec: {
      resources: { cpus, memory: `${memoryMb}m`, pids },
      secrets: null,
      git: { credentials: 'none' },
      ...(network === undefined ? {} : { security: { network } }),
    },
  });
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
