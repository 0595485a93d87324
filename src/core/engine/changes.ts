import type { Api } from './api';
import { containerGone, containerPath } from './container-path';
import { statusOf } from './failures';
import type { ContainerChange } from './types';

const kinds = ['changed', 'added', 'deleted'] as const;

/** What a container's writable layer has that its image has not; what lies on mounts is not in it. */
export async function containerChanges(api: Api, id: string, signal?: AbortSignal): Promise<ContainerChange[]> {
  const doing = 'list what was changed in the container';
  try {
    const found = await api.json('GET', containerPath(id, 'changes'), { doing, signal, own: [404] });
    return changesOf(found);
  } catch (error) {
    if (statusOf(error) === 404) throw containerGone(id, error);
    throw error;
  }
}

/** The engine says null for none, and numbers for kinds. Pure. */
export function changesOf(raw: unknown): ContainerChange[] {
  if (!Array.isArray(raw)) return [];
  return (raw as { readonly Path: string; readonly Kind: number }[]).map(({ Path: path, Kind: kind }) => ({
    path,
    kind: kinds[kind] ?? 'changed',
  }));
}
