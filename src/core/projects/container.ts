import type { ContainerSpec, Engine, EngineMount } from '../engine/types';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import { noProgress, type Logger, type Progress } from '../log';
import { agentFactsOf, lifespanLabels, type AgentLife } from '../lifespan/lifespan';
import { linkDialFolder, makeDialFolder, makeDialPipe } from '../line/dial-folder';
import { withoutDialer } from '../line/dialer';
import { labelSchema, labels } from '../model';
import type { ProjectIdentity, ProjectRow, UpStep } from '../model';
import { containerSpec } from './container-spec';
import { filesOf, ownershipOf } from './desired';
import type { Desired } from './desired';
import { hostMounts, makeMountPoints, type HostMounts } from './host-mounts';
import { clearFormer } from '../refresh/former';
import { isServersVolumeThere, serversMounts } from '../servers/volume';
import { listProjectContainers } from './containers';
import { settleNested } from './nested';
import { seccompProfile } from './seccomp';
import { switchOver } from './switch';
import { readProjectState } from './state-file';
import { prepareStorage, type ContainerStorage } from '../storage/prepare';
import { settleStorage } from '../storage/settle';
import type { VolumeFill } from '../snapshots/fill-volumes';
import { beginFilling, fillWorkspace, isHalfFilled } from '../storage/workspace-fill';

export interface ContainerRequest {
  readonly engine: Engine;
  readonly home: BerthHome;
  readonly log: Logger;
  readonly version: string;
  readonly identity: ProjectIdentity;
  readonly desired: Desired;
  /** The engine's id of its image. */
  readonly imageId: string;
  /** Takes a new home volume, and leaves the former one to the container that has it. */
  readonly cleanHome?: boolean;
  readonly progress?: Progress;
  /** The snapshot that its image is, where it is not its template's. */
  readonly restored?: RestoredFrom;
  /** The container to replace. */
  readonly former: ProjectRow | null;
  /** Told as a container is started that takes nobody's place; `started` resolves once it runs. */
  readonly onStart?: (container: string, started: Promise<void>) => void;
}

/** A snapshot that a container is made of. */
export interface RestoredFrom {
  readonly snapshot: string;
  /** Fills new volumes with what was kept of the project's; null where those of now are to stay. */
  readonly volumes: VolumeFill | null;
}

export interface StepTeller {
  readonly note: (message: string) => void;
  readonly step: <T>(step: UpStep, message: string, work: () => Promise<T>) => Promise<T>;
}

/** Makes the project's container and starts it; a former one is let go only once the new one runs. @returns its id */
export async function ensureContainer(
  request: ContainerRequest,
  tell: StepTeller,
  signal?: AbortSignal,
): Promise<string> {
  const { engine, identity, former } = request;
  const { id, mounts, settle } = await tell.step('create', 'Creating the container', async () => {
    const { spec, fill, settle } = await planContainer(request, tell.note, signal);
    const { id, mounts } = await madeOrThere(request, spec, signal);
    await fill(id, signal);
    return { id, mounts, settle };
  });
  await tell.step('start', 'Starting the container', async () => {
    if (former?.container == null) {
      const started = engine.startContainer(id, signal, mounts);
      request.onStart?.(id, started);
      await started;
    } else {
      // What a refresh before has kept to go back to is older than what is let go here, and has the name that this takes.
      await clearFormer(engine, await request.home.owner(), identity);
      await switchOver(request, { former: former.container, ran: former.state === 'running', next: id });
      await engine.removeContainer(former.container, { force: true });
    }
    await settle(id, signal);
  });
  return id;
}

/** What the engine is to be told to make, with everything that it mounts there. */
export interface PlannedContainer {
  readonly spec: ContainerSpec;
  /** What has to be in its volumes before it runs: a workspace that is a copy. */
  readonly fill: (container: string, signal?: AbortSignal) => Promise<void>;
  /** What is left to do with its volumes once it runs. */
  readonly settle: (container: string, signal?: AbortSignal) => Promise<void>;
}

/**
 * Makes the volumes and mount points that a container needs, and says what the engine is to be told. Where there is a
 * former container it is to be its `next`.
 */
export async function planContainer(
  request: ContainerRequest,
  note: (message: string) => void,
  signal?: AbortSignal,
): Promise<PlannedContainer> {
  const { engine, identity, former } = request;
  const { resolved, image } = request.desired;
  const dialFolder = makeDialFolder(engine, request.home, identity.id);
  const owner = await request.home.owner();
  // Asked all at once: what becomes of the answers is in order.
  const listed = listProjectContainers(engine, owner, undefined, signal);
  const isThere = isServersVolumeThere(engine, owner, signal);
  for (const asked of [listed, isThere]) asked.catch(() => undefined);
  const { volumes: remembered = {}, agent } = await readProjectState(request.home, identity.id);
  const fillFrom = request.restored?.volumes ?? null;
  const wish = { ...request, spec: resolved.spec, image, owner, remembered, afresh: fillFrom?.purposes ?? [] };
  const prepared = await prepareStorage(wish, signal);
  const storage = fillFrom === null ? prepared : await fillFrom.fill(prepared, note, signal);
  storage.notices.forEach(note);
  if (storage.workspace.kind === 'volume' && storage.fresh.has(storage.workspace.volume)) {
    await beginFilling(request.home, identity.id, storage.workspace.volume);
  }
  // Looked at anew, however lately `up` did: what is judged is what is mounted.
  const host = await hostParts(request, signal);
  host.notices.forEach(note);
  const others = [...host.mounts, ...storage.mounts];
  const { cap_add: capAdd } = resolved.spec.security;
  const mounts = [...others, ...serversMounts(owner, { isThere: await isThere, others, capAdd })];
  const { workspace, homeVolume } = storage;
  const isNested = engine.info.local && (await settleNested(engine, await listed, identity, note, signal));
  if (engine.info.local && workspace.kind === 'bind') {
    await makeMountPoints(identity.folder, workspace.target, mounts);
  }
  const { userns } = await ownershipOf(engine.info, identity.folder);
  const containerLabels = labelsFor(request, owner, storage, agent);
  const { spec, notices } = containerSpec({
    identity,
    desired: request.desired,
    role: former === null ? 'current' : 'next',
    workspace,
    homeVolume,
    mounts,
    ...(userns === undefined ? {} : { userns }),
    isNested,
    seccomp: host.seccomp,
    proxies: await engine.proxies(),
    engine: engine.info,
    labels: containerLabels,
    dial: await dialFolder,
    expires: agentFactsOf({ labels: containerLabels })?.expires ?? null,
  });
  notices.forEach(note);
  const { home, imageId } = request;
  return {
    spec,
    fill: (container, until) => fillIfNew({ ...request, note }, workspace, container, until),
    settle: (container, until) =>
      settleStorage({ ...request, home, owner, container, image: imageId, login: image, storage, note }, until),
  };
}

async function fillIfNew(
  request: ContainerRequest & { readonly note: (message: string) => void },
  workspace: EngineMount,
  container: string,
  signal?: AbortSignal,
): Promise<void> {
  const { home, identity, desired, progress = noProgress } = request;
  if (workspace.kind !== 'volume' || !(await isHalfFilled(home, identity.id, workspace.volume))) return;
  const where = { container, volume: workspace.volume, path: workspace.target, owner: desired.target, progress };
  await fillWorkspace({ ...request, ...where }, signal);
}

/**
 * What a container takes of this machine besides its workspace. Asked before an image is built too, since a build of
 * minutes should not end in a folder that cannot be mounted.
 * @throws BerthError `volume_refused`, `folder_not_usable`, `template_invalid`
 */
export async function hostParts(
  { engine, identity, desired }: Pick<ContainerRequest, 'engine' | 'identity' | 'desired'>,
  signal?: AbortSignal,
): Promise<HostMounts & { readonly seccomp: string }> {
  const { resolved } = desired;
  const host = await hostMounts({ info: engine.info, identity, resolved });
  signal?.throwIfAborted();
  return { ...host, seccomp: await seccompProfile(resolved) };
}

function labelsFor(
  request: ContainerRequest,
  owner: string,
  { branch }: ContainerStorage,
  agent: AgentLife | undefined,
): Record<string, string> {
  const { identity, desired, former } = request;
  return {
    [labels.schema]: labelSchema,
    ...lifespanLabels(agent, former),
    [labels.owner]: owner,
    [labels.project]: identity.id,
    [labels.name]: identity.name,
    [labels.folder]: identity.folder,
    ...(branch === null ? {} : { [labels.branch]: branch }),
    [labels.template]: desired.resolved.name,
    [labels.spec]: desired.spec,
    [labels.files]: JSON.stringify(filesOf(desired)),
    [labels.fingerprint]: desired.image.fingerprint,
    [labels.generation]: String((former?.generation ?? 0) + 1),
    [labels.version]: request.version,
    [labels.user]: desired.image.user,
    ...(request.restored === undefined ? {} : { [labels.restored]: request.restored.snapshot }),
  };
}

/** The engine's uniqueness of names decides between processes; who comes second takes what is there if it is ours. */
export async function createOrAdopt(request: Maker, spec: ContainerSpec, signal?: AbortSignal): Promise<string> {
  return (await madeOrThere(request, spec, signal)).id;
}

type Maker = Pick<ContainerRequest, 'engine' | 'home' | 'identity'>;

/** The same with what that container mounts, which spares its start a look. */
async function madeOrThere(
  { engine, home, identity }: Maker,
  spec: ContainerSpec,
  signal?: AbortSignal,
): Promise<{ readonly id: string; readonly mounts: readonly EngineMount[] }> {
  try {
    const [{ id, made }] = await Promise.all([created(engine, spec, signal), makeDialPipe(spec)]);
    await linkDialFolder(home, made, id);
    return { id, mounts: spec.mounts };
  } catch (error) {
    if (!(error instanceof BerthError) || error.code !== 'container_conflict') throw error;
    const there = await engine.inspectContainer(spec.name, signal);
    if (there?.labels[labels.project] === identity.id && there.labels[labels.owner] === spec.labels[labels.owner]) {
      return there;
    }
    throw new BerthError('container_conflict', `A container that is not Berth's has the name ${spec.name}.`, {
      hint: 'Rename or remove it, or give the project another name with --name.',
      cause: error,
    });
  }
}

/** An engine may not see the folder by which its containers are called (a snap, a home on a network): it does without. */
async function created(
  engine: Engine,
  spec: ContainerSpec,
  signal?: AbortSignal,
): Promise<{ readonly id: string; readonly made: ContainerSpec }> {
  try {
    return { id: await engine.createContainer(spec, signal), made: spec };
  } catch (error) {
    const isOther = error instanceof BerthError && error.code !== 'engine_error';
    if (spec.dial === undefined || isOther) throw error;
    const made = withoutDialer(spec);
    return { id: await engine.createContainer(made, signal), made };
  }
}
