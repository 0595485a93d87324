import type { Engine } from '../engine/types';
import type { ImagePlan, ResolvedTemplate, Templates } from '../templates/types';
import { folderOwner } from './folders';
import { orderedJson } from './spec-diff';

/** What a folder's template asks for on this engine. */
export interface Desired {
  readonly resolved: ResolvedTemplate;
  readonly image: ImagePlan;
  /** The label's text, see `dev.berth.spec`. */
  readonly spec: string;
  /** Why this template, where Berth proposed it. */
  readonly reason: string | null;
}

/** UID and GID of the container's user where the folder's owner means nothing to the engine: another machine, a VM, Windows. */
const elsewhere = { uid: 1000, gid: 1000 };

/**
 * Reads the folder's template, or the one named in its place, and plans its image.
 * @throws BerthError `template_invalid`, `template_not_found`, `template_not_supported`
 */
export async function desiredFor(
  templates: Templates,
  engine: Engine,
  folder: string,
  template: string | undefined,
): Promise<Desired> {
  const found =
    template === undefined
      ? await templates.forFolder(folder)
      : { resolved: await templates.resolve(template, folder), proposal: null };
  const refused = templates.unsupported(found.resolved);
  if (refused !== null) throw refused;
  const owner = engine.info.local && !engine.info.rootless ? await folderOwner(folder) : null;
  const image = templates.plan(found.resolved, { ...(owner ?? elsewhere), buildkit: engine.info.buildkit });
  return {
    resolved: found.resolved,
    image,
    spec: orderedJson(found.resolved.spec),
    reason: found.proposal?.reason ?? null,
  };
}
