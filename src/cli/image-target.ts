import { stat } from 'node:fs/promises';
import type { EngineInfo } from '../core/engine/types';
import type { ImageTarget } from '../core/templates/types';

/** Whom an image made from this folder is for, as `up` would have it; without an engine, as a local one would. */
export async function imageTarget(info: EngineInfo | null, folder: string): Promise<ImageTarget> {
  const buildkit = info?.buildkit ?? true;
  const elsewhere = info !== null && (!info.local || info.rootless);
  if (process.platform !== 'linux' || elsewhere) return { uid: 1000, gid: 1000, buildkit };
  const { uid, gid } = await stat(folder);
  return { uid, gid, buildkit };
}
