import type { Engine } from '../engine/types';
import type { BerthHome } from '../home';
import type { Progress } from '../log';
import type { LossPreview } from '../loss/types';
import type { ProjectIdentity, ProjectRow } from '../model';
import type { RefreshResult } from '../refresh/types';

/** A volume that was archived beside a snapshot, on the machine that made it. */
export interface SnapshotVolume {
  /** See core/storage/purpose.ts. */
  readonly purpose: string;
  /** Where the container had it. */
  readonly target: string;
  /** The archive's. */
  readonly bytes: number;
}

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
  /** Archives of its volumes, where these were asked for; empty too where they lie on another machine. */
  readonly volumes: readonly SnapshotVolume[];
}

export interface SnapshotOptions {
  /** See {@link isSnapshotName}; made of the time where it is left out. */
  readonly name?: string;
  readonly note?: string;
  /** Archives the project's volumes beside it. */
  readonly volumes?: boolean;
}

/** How a project is put back to a snapshot. */
export interface RestoreOptions {
  /** Whoever works in the container, and whatever is in it alone: both are kept with the former container. */
  readonly now?: boolean;
  /** An agent asks, which gets nothing that a person has not agreed to; see {@link RefreshOptions}. */
  readonly unasked?: boolean;
  /** With its volumes, see {@link RestoreWish}. */
  readonly volumes?: boolean;
  /** False in an untrusted workspace: nothing is built or run, `workspace_untrusted` is thrown. */
  readonly trusted?: boolean;
}

/** What a restore would take from the container of now, which is kept for a rollback. */
export interface RestorePlan {
  readonly snapshot: Snapshot;
  readonly loss: LossPreview;
  /** Commands that somebody runs in it now, three at most. */
  readonly inUse: readonly string[];
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
  /**
   * Puts a project's container back to one of its snapshots, the way a refresh goes: a canary, then the switch; the container
   * of now is kept for a rollback. The workspace and the volumes stay, unless those of the snapshot are asked for.
   * @throws BerthError `snapshot_not_found`, `bad_usage` for volumes that it has not, and what a refresh throws
   */
  restore(
    row: ProjectRow,
    snapshot: Snapshot,
    options: RestoreOptions,
    progress: Progress,
    signal?: AbortSignal,
  ): Promise<RefreshResult>;
  /** What a restore would take. Changes nothing. @throws BerthError `container_gone` */
  planRestore(row: ProjectRow, snapshot: Snapshot, signal?: AbortSignal): Promise<RestorePlan>;
  /**
   * Begins a project with a snapshot: writes a `berth.yaml` that starts from its image into a folder, which is made where it
   * is not there. `up` does the rest. @returns the file's absolute path @throws BerthError `file_exists`
   */
  plant(snapshot: Snapshot, folder: string, signal?: AbortSignal): Promise<string>;
  /** All but the `keep` newest of a project, and but those in use. Changes nothing. */
  planPrune(project: ProjectIdentity, keep: number, signal?: AbortSignal): Promise<SnapshotPrune>;
}

/** What is done on one engine for one owner. */
export interface SnapshotPlace {
  readonly engine: Engine;
  readonly owner: string;
  /** Where archives of volumes lie. */
  readonly home: BerthHome;
}
