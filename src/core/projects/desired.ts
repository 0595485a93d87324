import type { Engine, EngineInfo } from '../engine/types';
import type { ImagePlan, ImageTarget, ResolvedTemplate, Templates } from '../templates/types';
import { folderOwner } from './folders';
import { lookAtSource } from './image-source';
import { orderedJson } from './spec-diff';
import { ownershipFor, type Ownership } from '../storage/ownership';

/** What a folder's template asks for on this engine. */
export interface Desired {
  readonly resolved: ResolvedTemplate;
  readonly image: ImagePlan;
  /** What the image was planned for. */
  readonly target: ImageTarget;
  readonly folder: string;
  /** The label's text, see `dev.berth.spec`. */
  readonly spec: string;
  /** Why this template, where Berth proposed it. */
  readonly reason: string | null;
}

/** The files whose change makes another container of it: the template's chain, and a Dockerfile of one's own. Pure. */
export function filesOf({ resolved, image }: Pick<Desired, 'resolved' | 'image'>): readonly string[] {
  return image.own === undefined ? resolved.files : [...resolved.files, image.own.file];
}

/**
 * Whom an image for this folder is for: the folder's owner where the engine sees the same users. Null in place of an
 * engine's facts means a preview, made as a local engine with BuildKit would get it.
 */
export async function imageTarget(info: EngineInfo | null, folder: string): Promise<ImageTarget> {
  const { uid, gid } = await ownershipOf(info, folder);
  return { uid, gid, buildkit: info?.buildkit ?? true };
}

/** Who works in a container for this folder. */
export async function ownershipOf(info: EngineInfo | null, folder: string): Promise<Ownership> {
  return ownershipFor({ engine: info, platform: process.platform, folder: await folderOwner(folder) });
}

/**
 * Reads the folder's template, or the one named in its place, and plans its image.
 * @param template its name or path; one that has been resolved is taken as it is @throws BerthError `template_invalid`, `template_not_found`
 */
export async function desiredFor(
  templates: Templates,
  engine: Engine,
  folder: string,
  template: string | ResolvedTemplate | undefined,
): Promise<Desired> {
  const named = typeof template === 'string' ? await templates.resolve(template, folder) : template;
  const found = named === undefined ? await templates.forFolder(folder) : { resolved: named, proposal: null };
  const { resolved } = found;
  const [target, source] = await Promise.all([
    wholeTarget(templates, engine.info, folder),
    lookAtSource(templates, engine, resolved, folder),
  ]);
  return {
    resolved,
    image: templates.plan(resolved, target, source),
    target,
    folder,
    spec: orderedJson(resolved.spec),
    reason: found.proposal?.reason ?? null,
  };
}

/** What `up` would build in this folder, by an engine of which nothing need be known (null). */
export async function previewPlan(
  templates: Templates,
  engine: Engine | null,
  folder: string,
  template: string,
): Promise<ImagePlan> {
  const resolved = await templates.resolve(template, folder);
  const [target, source] = await Promise.all([
    wholeTarget(templates, engine?.info ?? null, folder),
    lookAtSource(templates, engine, resolved, folder),
  ]);
  return templates.plan(resolved, target, source);
}

async function wholeTarget(templates: Templates, info: EngineInfo | null, folder: string): Promise<ImageTarget> {
  const [target, certificates] = await Promise.all([imageTarget(info, folder), templates.certificates()]);
  return { ...target, certificates };
}
