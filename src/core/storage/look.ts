import type { ContainerDetail, Engine, VolumeSummary } from '../engine/types';
import type { ProjectRow } from '../model';
import { purposeInWords, purposeLabel, volumePurposeLabel } from './purpose';
import { measure } from './sizes';
import type { SizeMemory, VolumeSizes } from './sizes';
import { listProjectVolumes } from './volumes';

/** One volume of a project, as views show it. */
export interface StorageRow {
  /** The engine's name for it. */
  readonly name: string;
  /** `home`, `workspace`, a persisted folder, or a template's own name for it. */
  readonly label: string;
  /** What it holds, in words. */
  readonly purpose: string;
  /** Where the container has it; null where the container has it not: kept for a rollback, or of an older template. */
  readonly target: string | null;
  /** Null where it is not known, or not asked for. */
  readonly sizeBytes: number | null;
}

export interface StorageOptions {
  /** How long to wait for sizes, in milliseconds; 0 tells only those that are known already. */
  readonly patienceMs: number;
  /** Measures in the running container alone. */
  readonly insideOnly?: boolean;
}

export interface StorageLook extends StorageOptions {
  readonly engine: Engine;
  readonly row: Pick<ProjectRow, 'id' | 'container'>;
  /** Berth's owner id. */
  readonly owner: string;
  readonly memory: SizeMemory;
}

/** A project's volumes: those that its container has first, then by label. Two round trips, and what sizes take. */
export async function lookAtStorage(
  { engine, row, owner, memory, patienceMs, insideOnly = false }: StorageLook,
  signal?: AbortSignal,
): Promise<StorageRow[]> {
  const [volumes, container] = await Promise.all([
    listProjectVolumes(engine, owner, row.id, signal),
    row.container === null ? null : engine.inspectContainer(row.container, signal),
  ]);
  const names = volumes.map(({ name }) => name);
  const sizes =
    patienceMs > 0 && names.length > 0
      ? await measure(engine, container, names, { memory, patienceMs, insideOnly }, signal)
      : memory.of(engine.info.id, names);
  return storageRows(volumes, container?.mounts ?? [], sizes);
}

/** Pure. */
export function storageRows(
  volumes: readonly VolumeSummary[],
  mounts: ContainerDetail['mounts'],
  sizes: VolumeSizes,
): StorageRow[] {
  return volumes
    .map(({ name, labels }): StorageRow => {
      const purpose = labels[volumePurposeLabel] ?? '';
      const mount = mounts.find((one) => one.kind === 'volume' && one.volume === name);
      return {
        name,
        label: purposeLabel(purpose),
        purpose: purposeInWords(purpose),
        target: mount?.target ?? null,
        sizeBytes: sizes.get(name) ?? null,
      };
    })
    .sort(
      (a, b) =>
        Number(a.target === null) - Number(b.target === null) || compare(a.label, b.label) || compare(a.name, b.name),
    );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
