import type { Engine, EngineMount } from '../engine/types';
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
import { handOver, homeVolume, namedVolumes } from './volumes';

/** Seconds that a container may take to end before it is killed; under an init that forwards signals it takes 0.2. */
export const stopGraceSeconds = 10;

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
  const { spec: wanted } = request.desired.resolved;
  const named: EngineMount[] = [];
  const id = await tell.step('create', 'Creating the container', async () => {
    const owner = await request.home.owner();
    const volume = await homeVolume(engine, identity, wanted.persist, owner, signal);
    named.push(...(await namedVolumes(engine, identity, wanted.volumes, owner, signal)));
    // Looked at anew, however lately `up` did: what is judged is what is mounted.
    const host = await hostParts(request, signal);
    host.notices.forEach(tell.note);
    const mounts = [...host.mounts, ...named];
    if (engine.info.local) await makeMountPoints(identity.folder, wanted.workspace.path, mounts);
    const made = containerSpec({
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
    made.notices.forEach(tell.note);
    return createOrAdopt(engine, made.spec, identity, signal);
  });
  await tell.step('start', 'Starting the container', async () => {
    await (former?.container == null ? engine.startContainer(id, signal) : replace(request, former.container, id));
    await handOver(engine, id, named, request.desired.image.user, signal);
  });
  return id;
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
async function createOrAdopt(
  engine: Engine,
  spec: ReturnType<typeof containerSpec>['spec'],
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

/**
 * Switches from one container to the next by names: each half-done state can be told from every other (see repair.ts).
 * Not cancellable: it takes a second, and half of it is worse than either end. If the new one does not start, the former
 * one is put back as it was.
 */
async function replace(request: ContainerRequest, formerId: string, id: string): Promise<void> {
  const { engine, identity, former, log } = request;
  const name = (role?: 'prev' | 'next'): string => containerName(identity.name, identity.id, role);
  const ran = former?.state === 'running';
  await engine.stopContainer(formerId, stopGraceSeconds);
  await engine.renameContainer(formerId, name('prev'));
  try {
    await engine.renameContainer(id, name());
    await engine.startContainer(id);
  } catch (error) {
    log.log('warn', `The new container of ${identity.name} does not start; the former one is put back`, error);
    await engine.removeContainer(id, { force: true });
    await engine.renameContainer(formerId, name());
    if (ran) await engine.startContainer(formerId);
    throw error;
  }
  await engine.removeContainer(formerId, { force: true });
}
