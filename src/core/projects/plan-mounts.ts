import { dirname } from 'node:path';
import type { EngineInfo, EngineMount } from '../engine/types';
import type { ResolvedTemplate } from '../templates/types';
import { expanded, lookAt } from './host-paths';
import type { PlanDifference } from './types';

/** Where the host paths of a template's `volumes` lead now, by where they are in the container. */
export type HostSources = ReadonlyMap<string, string>;

/** Follows the links of each; makes and judges nothing. None for an engine that does not see this machine's folders. */
export async function hostSources(
  { spec, origins }: ResolvedTemplate,
  folder: string,
  info: Pick<EngineInfo, 'local'>,
): Promise<HostSources> {
  if (!info.local) return new Map();
  const found = spec.volumes.map(async ({ host, container }, index) => {
    if (host === undefined) return [];
    const file = origins.get(`spec.volumes[${index}].host`)?.file;
    const there = await lookAt(expanded(host, file === undefined ? folder : dirname(file))).catch(() => null);
    return there === null ? [] : [[container, there.real] as const];
  });
  return new Map((await Promise.all(found)).flat());
}

/** Host paths that are written as they were and lead elsewhere by now: a link was set anew, a folder moved. Pure. */
export function mountDifferences(mounts: readonly EngineMount[], sources: HostSources): PlanDifference[] {
  return mounts.flatMap((mount): PlanDifference[] => {
    const now = sources.get(mount.target);
    if (mount.kind !== 'bind' || now === undefined || now === mount.source) return [];
    const texts = { before: `${mount.source}:${mount.target}`, after: `${now}:${mount.target}` };
    return [{ path: 'volumes', ...texts, class: 'recreate', why: 'the same path leads elsewhere by now' }];
  });
}
