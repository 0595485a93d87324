import type { Engine } from '../engine/types';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import type { Progress } from '../log';
import { lossPreview } from '../loss/preview';
import type { LossPreview } from '../loss/types';
import type { ProjectRow } from '../model';
import type { RestoredFrom } from '../projects/container';
import type { Desired } from '../projects/desired';
import { ensurePlanned } from '../projects/image';
import type { ReadyImage } from '../projects/image';
import { lacksOf } from '../projects/prebuilt';
import { containerGone } from '../projects/rows';
import type { RestoreWish } from '../refresh/types';
import { inUse } from '../refresh/use';
import type { Templates } from '../templates/types';
import { VolumeFill } from './fill-volumes';
import type { FillPlace } from './fill-volumes';
import type { RestorePlan, Snapshot } from './types';

export interface RestoredImageRequest {
  readonly engine: Engine;
  readonly home: BerthHome;
  readonly templates: Templates;
  readonly desired: Desired;
  /** Berth's own, for the label. */
  readonly version: string;
  readonly snapshot: Pick<Snapshot, 'name' | 'tag' | 'image'>;
}

/**
 * The image that a container is put back to: the snapshot's own, or that with a layer for what the template asks of its user
 * by now. It goes by the template's fingerprint of this moment, so that only a later edit tells it from the template.
 * @throws BerthError `snapshot_not_found`
 */
export async function restoredImage(
  request: RestoredImageRequest,
  progress: Progress,
  signal?: AbortSignal,
): Promise<ReadyImage> {
  const { engine, home, templates, desired, snapshot } = request;
  const there = await engine.inspectImage(snapshot.tag, signal);
  if (there?.id !== snapshot.image) throw snapshotGone(snapshot.name);
  const lacks = await lacksOf(engine, home, there, desired.resolved, desired.target, signal);
  const source = { kind: 'prebuilt', from: snapshot.tag, id: there.id, lacks } as const;
  const plan = templates.plan(desired.resolved, desired.target, source);
  const { built } =
    plan.prebuilt === true
      ? { built: { template: desired.resolved.name, tag: plan.tag, image: there.id, reused: true } }
      : await ensurePlanned(request, plan, progress, signal);
  return { built, plan: { ...plan, fingerprint: desired.image.fingerprint } };
}

/** How a container is made of a snapshot. Pure. */
export function restoredFrom(
  { snapshot, volumes = false }: RestoreWish,
  place: Omit<FillPlace, 'snapshot'>,
): RestoredFrom {
  return { snapshot: snapshot.name, volumes: volumes ? new VolumeFill({ ...place, snapshot }) : null };
}

/** What to throw where an image is not that of a snapshot any more. */
export function snapshotGone(name: string): BerthError {
  return new BerthError('snapshot_not_found', `The snapshot "${name}" is gone.`, {
    hint: 'See `berth snapshot ls` for those there are.',
  });
}

/** What a restore takes from the container of now. Two round trips. @throws BerthError `container_gone` */
export async function planRestore(
  engine: Engine,
  row: ProjectRow,
  snapshot: Snapshot,
  signal?: AbortSignal,
): Promise<RestorePlan> {
  const container = await engine.inspectContainer(row.containerName, signal);
  if (container === null) throw containerGone(row.name);
  const [loss, processes] = await Promise.all([
    lossPreview(engine, container, signal),
    engine.containerProcesses(container.id, signal),
  ]);
  return { snapshot, loss: lossToRestore(loss), inUse: inUse(processes, container.pid) };
}

/** Of a restore: a snapshot that the container is on is there still, so that nothing of it is lost. Pure. */
export function lossToRestore(loss: LossPreview): LossPreview {
  return { ...loss, restored: null };
}
