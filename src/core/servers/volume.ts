import type { ContainerSpec, Engine, EngineMount } from '../engine/types';
import { helperLabels, helperSpec } from '../helper';

/** Where containers see the editors' servers. Nothing in them can write there. */
export const serversFolder = '/opt/berth/editor-servers';
/** In each server's folder, written after all else of it: without it the server is not whole. */
export const completeMark = '.berth-complete';

/** One for each owner on an engine. Pure. */
export function serversVolume(owner: string): string {
  return `berth-editor-servers-${owner}`;
}

/** Pure. */
export function serversLabels(owner: string): Readonly<Record<string, string>> {
  return helperLabels(owner);
}

/** An image must not fill the volume by having files at the same place, as it does with a new volume elsewhere. */
const asItIs = { kind: 'volume', noCopy: true } as const;

/** Whether an editor has asked for it. One round trip. */
export async function isServersVolumeThere(engine: Engine, owner: string, signal?: AbortSignal): Promise<boolean> {
  const there = await engine.listVolumes({ labels: serversLabels(owner) }, signal);
  return there.some(({ name }) => name === serversVolume(owner));
}

/**
 * What a container that is made now mounts of it: nothing while no editor has asked for it, so that who never opens an
 * editor has no such volume, nor where the template has something of its own there or lets the container undo a read-only
 * mount. Pure.
 */
export function serversMounts(
  owner: string,
  {
    isThere,
    others,
    capAdd,
  }: { readonly isThere: boolean; readonly others: readonly EngineMount[]; readonly capAdd: readonly string[] },
): EngineMount[] {
  if (!isThere) return [];
  if (capAdd.some((name) => /^(CAP_)?(SYS_ADMIN|ALL)$/i.test(name))) return [];
  if (others.some(({ target }) => target === serversFolder)) return [];
  return [{ ...asItIs, volume: serversVolume(owner), target: serversFolder, readOnly: true }];
}

/**
 * The container through which the volume is written. It is made and never started: the engine unpacks archives in it, and no
 * program of its image, which may be a project's own, ever has the volume to write to. Pure.
 */
export function fillerSpec(owner: string, image: string): ContainerSpec {
  return helperSpec({
    name: `berth-editor-servers-${owner}-filler`,
    owner,
    project: null,
    image,
    command: ['/bin/false'],
    mounts: [{ ...asItIs, volume: serversVolume(owner), target: serversFolder, readOnly: false }],
    memoryBytes: 64 << 20,
    pids: 16,
  });
}
