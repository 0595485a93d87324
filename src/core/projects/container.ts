import type { ContainerSpec, Engine } from '../engine/types';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import type { Logger } from '../log';
import { labelSchema, labels } from '../model';
import type { ProjectIdentity, ProjectRow, UpStep } from '../model';
import { containerSpec } from './container-spec';
import { filesOf } from './desired';
import type { Desired } from './desired';
import { hostMounts, makeMountPoints, type HostMounts } from './host-mounts';
import { containerName } from './identity';
import { seccompProfile } from './seccomp';
import { switchOver } from './switch';
import { handOver, homeVolume, namedVolumes } from './volumes';

export interface ContainerRequest {
  readonly engine: Engine;
  readonly home: BerthHome;
  readonly log: Logger;
  readonly version: string;
  readonly identity: ProjectIdentity;
  readonly desired: Desired;
  /** The container to replace. */
  readonly former: ProjectRow | null;
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
  const { id, settle } = await tell.step('create', 'Creating the container', async () => {
    const { spec, settle } = await planContainer(request, tell.note, signal);
    return { id: await createOrAdopt(engine, spec, identity, signal), settle };
  });
  await tell.step('start', 'Starting the container', async () => {
    if (former?.container == null) {
      await engine.startContainer(id, signal);
    } else {
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
  const { spec: wanted } = request.desired.resolved;
  const owner = await request.home.owner();
  const volume = await homeVolume(engine, identity, wanted.persist, owner, signal);
  const named = await namedVolumes(engine, identity, wanted.volumes, owner, signal);
  // Looked at anew, however lately `up` did: what is judged is what is mounted.
  const host = await hostParts(request, signal);
  host.notices.forEach(note);
  const mounts = [...host.mounts, ...named];
  if (engine.info.local) await makeMountPoints(identity.folder, wanted.workspace.path, mounts);
  const { spec, notices } = containerSpec({
    identity,
    desired: request.desired,
    role: former === null ? 'current' : 'next',
    homeVolume: volume,
    mounts,
    seccomp: host.seccomp,
    proxies: await engine.proxies(),
    engine: engine.info,
    labels: labelsFor(request, owner),
  });
  notices.forEach(note);
  return { spec, settle: (id, until) => handOver(engine, id, named, request.desired.image.user, until) };
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

function labelsFor(request: ContainerRequest, owner: string): Record<string, string> {
  const { identity, desired, former } = request;
  return {
    [labels.schema]: labelSchema,
    [labels.kind]: 'project',
    [labels.owner]: owner,
    [labels.project]: identity.id,
    [labels.name]: identity.name,
    [labels.folder]: identity.folder,
    [labels.template]: desired.resolved.name,
    [labels.spec]: desired.spec,
    [labels.files]: JSON.stringify(filesOf(desired)),
    [labels.fingerprint]: desired.image.fingerprint,
    [labels.generation]: String((former?.generation ?? 0) + 1),
    [labels.version]: request.version,
    [labels.user]: desired.image.user,
  };
}

/** The engine's uniqueness of names decides between processes; who comes second takes what is there if it is ours. */
export async function createOrAdopt(
  engine: Engine,
  spec: ContainerSpec,
  identity: ProjectIdentity,
  signal?: AbortSignal,
): Promise<string> {
  try {
    return await engine.createContainer(spec, signal);
  } catch (error) {
    if (!(error instanceof BerthError) || error.code !== 'container_conflict') throw error;
    const there = await engine.inspectContainer(spec.name, signal);
    if (there?.labels[labels.project] === identity.id && there.labels[labels.owner] === spec.labels[labels.owner]) {
      return there.id;
    }
    throw new BerthError('container_conflict', `A container that is not Berth's has the name ${spec.name}.`, {
      hint: 'Rename or remove it, or give the project another name with --name.',
      cause: error,
    });
  }
}
