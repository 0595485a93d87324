import type { Engine } from '../engine/types';
import type { ProjectIdentity, ProjectRow } from '../model';

/** A project's container as it once was, kept as an image: all but what lies on volumes and in memory. */
export interface Snapshot {
  /** Within its project. */
  readonly name: string;
  /** In one line; null where nothing was written down. */
  readonly note: string | null;
  readonly project: ProjectIdentity;
  /** The name of the template that its container was made from. */
  readonly template: string;
  /** That container's. */
  readonly generation: number;
  /** The engine's id of the image. */
  readonly image: string;
  /** The image's name. */
  readonly tag: string;
  /** ISO 8601. */
  readonly created: string;
  /** All its layers, those that it shares with other images too. */
  readonly sizeBytes: number;
  /** What it has beyond its template's image; null where the engine does not tell. */
  readonly ownBytes: number | null;
  /** Names of the containers that are made from it. */
  readonly usedBy: readonly string[];
}

export interface SnapshotOptions {
  /** See {@link isSnapshotName}; made of the time where it is left out. */
  readonly name?: string;
  readonly note?: string;
}

/** What a prune would remove, and what it would leave. */
export interface SnapshotPrune {
  readonly goes: readonly Snapshot[];
  readonly stays: readonly Snapshot[];
}

/** The snapshots of this user's projects. They outlive their container, and are found by their labels alone. */
export interface Snapshots {
  /**
   * Keeps what a project's container is now, running or not. Once the engine has begun it is waited for; where it was
   * cancelled meanwhile nothing is left of it.
   * @throws BerthError `snapshot_exists`, `bad_usage` for a name that cannot be one, `container_gone`
   */
  create(row: ProjectRow, options: SnapshotOptions, signal?: AbortSignal): Promise<Snapshot>;
  /** The newest first: of one project by its id, or of all. */
  list(project?: string, signal?: AbortSignal): Promise<Snapshot[]>;
  /** Whom `berth snapshot -p` means: also a project of which nothing is left but snapshots. */
  findProject(query: string | undefined, cwd: string, signal?: AbortSignal): Promise<ProjectIdentity>;
  /** @throws BerthError `snapshot_not_found` */
  find(project: ProjectIdentity, name: string, signal?: AbortSignal): Promise<Snapshot>;
  /** @throws BerthError `snapshot_in_use` where a container is made from it */
  remove(snapshot: Snapshot, signal?: AbortSignal): Promise<void>;
  /** All but the `keep` newest of a project, and but those in use. Changes nothing. */
  planPrune(project: ProjectIdentity, keep: number, signal?: AbortSignal): Promise<SnapshotPrune>;
}

/** What is done on one engine for one owner. */
export interface SnapshotPlace {
  readonly engine: Engine;
  readonly owner: string;
}
