import type { CommandRunner } from '../command';
import type { EngineStatus } from '../engine/types';
import type { AgentLife } from '../lifespan/lifespan';
import type { Event } from '../lifetime';
import type { Line } from '../line/types';
import type { Progress } from '../log';
import type { LossPreview } from '../loss/types';
import type { LifecycleStep, Limits, ProjectIdentity, ProjectRow, SecretRow, UpStep, Usage } from '../model';
import type { RefreshOptions, RefreshResult, RollbackResult } from '../refresh/types';
import type { SecretsRefresh } from '../secrets/secrets';
import type { ImagePlan, SourcePosition } from '../templates/types';
import type { StorageOptions, StorageRow } from '../storage/look';
import type { CopyReport } from '../storage/unpack-folder';
import type { DifferenceClass } from './plan-classes';

/** What every view reads. Immutable; `version` grows by one with each change. */
export interface ProjectsSnapshot {
  readonly version: number;
  /** By name, then id. Rows of a lost engine are the last known ones. */
  readonly rows: readonly ProjectRow[];
  readonly engine: EngineStatus['kind'];
  /** False until the first list has come in. */
  readonly loaded: boolean;
}

export interface UpOptions {
  readonly name?: string;
  /** A template's name, or a path to a file. */
  readonly template?: string;
  /** Makes the container an agent's own, which ends when its time is over; without effect on one that is there. */
  readonly agent?: AgentLife;
  /** An agent asks for it, whose template may be of its own writing: the container has no secrets but those granted to agents. */
  readonly byAgent?: boolean;
  /** Makes the container anew even if nothing asks for it. */
  readonly rebuild?: boolean;
  readonly noCache?: boolean;
  /** Takes the newest base images and writes them into `berth.lock`. */
  readonly lock?: boolean;
  /** Fails with `lock_outdated` where a base image is not as `berth.lock` has it; writes nothing. */
  readonly frozen?: boolean;
  /** False in an untrusted workspace: nothing is built or run, `workspace_untrusted` is thrown. */
  readonly trusted?: boolean;
}

export interface UpResult {
  readonly row: ProjectRow;
  readonly ssh: { readonly host: string; readonly command: string };
  /** True when a running container was found as it should be. */
  readonly reused: boolean;
  readonly timings: Readonly<Record<UpStep | 'total', number>>;
  /** What a person should be told: limits that were clamped, login as root, … */
  readonly notices: readonly string[];
}

/** An image that was built, or found to be there. */
export interface BuildResult {
  readonly template: string;
  readonly tag: string;
  /** The engine's id of the image. */
  readonly image: string;
  readonly reused: boolean;
  /** Where it was pushed to; the digest is null where the engine did not tell it. */
  readonly pushed?: { readonly reference: string; readonly digest: string | null };
}

export interface BuildOptions {
  readonly noCache?: boolean;
  readonly lock?: boolean;
  readonly frozen?: boolean;
  /** The name in a registry by which the image is pushed once it is there. */
  readonly push?: string;
}

/** `NAME` on a command line: exact name, id prefix of six or more, or a path; undefined: the current folder. */
export type ProjectQuery = string | undefined;

/** Who is in the container now: SSH connections (Berth's own Line among them), and other processes started by exec. */
export interface Connections {
  readonly ssh: number;
  readonly exec: number;
}

export interface ProjectDetail {
  readonly row: ProjectRow;
  readonly limits: Limits;
  /** Null while it does not run. */
  readonly usage: Usage | null;
  /** Bytes that it has written outside its volumes; null without a container, or where that is not known in three seconds. */
  readonly writableBytes: number | null;
  readonly connections: Connections;
  /** How the commands of post_create and post_start went, in the order in which they run. */
  readonly steps: readonly LifecycleStep[];
  /** Its secrets as they are since its last start, never their values; none while it does not run. */
  readonly secrets: readonly SecretRow[];
}

export interface RemovePlan {
  readonly row: ProjectRow;
  /** Volumes that `purge` would delete, with what they hold. */
  readonly volumes: readonly StorageRow[];
}

/** One difference between a container and its template. Texts are short, and never a secret. */
export interface PlanDifference {
  /** The field, as in a template but without the leading `spec`; `folder` and `fingerprint` (of the image) for what has no field. */
  readonly path: string;
  /** What the container has; null where it has nothing there. */
  readonly before: string | null;
  /** What the template asks for; null where it asks for nothing. */
  readonly after: string | null;
  readonly class: DifferenceClass;
  /** Why it is of that class, in a few words. */
  readonly why: string;
  /** Where the field is written, if it is. */
  readonly origin?: SourcePosition;
}

/** What it needs until a project's container is what its template says. */
export interface ProjectPlan {
  readonly project: ProjectIdentity;
  /** The template's name. */
  readonly template: string;
  /** Why this template, where Berth proposed it. */
  readonly reason: string | null;
  /** The strongest class of all differences; `create` where there is no container yet. */
  readonly class: DifferenceClass | 'create';
  /** The strongest first. */
  readonly differences: readonly PlanDifference[];
  /** What a refresh would lose; null without a container. */
  readonly loss: LossPreview | null;
}

export interface Projects {
  readonly snapshot: ProjectsSnapshot;
  readonly onDidChange: Event<ProjectsSnapshot>;
  /** Keeps the snapshot true by events (with a slow poll as a net) until the signal aborts or the core is disposed. */
  watch(signal?: AbortSignal): void;
  /** Lists now; connects to the engine first if need be. */
  refresh(signal?: AbortSignal): Promise<ProjectsSnapshot>;

  /** Who a folder is: also for one without a container. @throws BerthError `folder_not_found`, `folder_not_usable` */
  identify(folder: string, name?: string): Promise<ProjectIdentity>;
  /** @throws BerthError `project_not_found`, `project_ambiguous` */
  find(query: ProjectQuery, cwd: string, signal?: AbortSignal): Promise<ProjectRow>;
  /** One project by its id, as the engine has it now; null where it has no container. Also one that no list shows. */
  look(id: string, signal?: AbortSignal): Promise<ProjectRow | null>;

  up(folder: string, options: UpOptions, progress: Progress, signal?: AbortSignal): Promise<UpResult>;
  /** Builds a template's image for a folder's owner, without a container. `reused`: it was there already. */
  buildImage(
    template: string,
    folder: string,
    options: BuildOptions,
    progress: Progress,
    signal?: AbortSignal,
  ): Promise<BuildResult>;
  /** What `up` would build in this folder; needs no engine, but takes its facts where one answers. */
  previewImage(template: string, folder: string, signal?: AbortSignal): Promise<ImagePlan>;
  /**
   * What the project's image would be built on now, by its digest where a lock file says so; null where a Dockerfile of
   * one's own says it. Reads the template. @throws BerthError `template_invalid`, `template_not_found`
   */
  baseOf(row: ProjectRow, signal?: AbortSignal): Promise<string | null>;
  start(row: ProjectRow, signal?: AbortSignal): Promise<ProjectRow>;
  stop(row: ProjectRow, signal?: AbortSignal): Promise<ProjectRow>;
  restart(row: ProjectRow, signal?: AbortSignal): Promise<ProjectRow>;
  /** Replaces the container by a fresh one that keeps workspace and volumes; see core/refresh. */
  refreshContainer(
    row: ProjectRow,
    options: RefreshOptions,
    progress: Progress,
    signal?: AbortSignal,
  ): Promise<RefreshResult>;
  /** Puts right what was cut short, and removes a former container that was kept long enough; for the monitor. */
  tidy(row: ProjectRow, signal?: AbortSignal): Promise<void>;
  /** What would be lost if the container were discarded. @throws BerthError `container_gone` */
  lossPreview(row: ProjectRow, signal?: AbortSignal): Promise<LossPreview>;
  /** Goes back to the container that a refresh replaced. @throws BerthError `nothing_to_roll_back` */
  rollback(row: ProjectRow, signal?: AbortSignal): Promise<RollbackResult>;
  planRemove(row: ProjectRow, signal?: AbortSignal): Promise<RemovePlan>;
  /** Volumes are kept unless `purge`. @returns the names of the volumes that were kept */
  remove(row: ProjectRow, options: { readonly purge: boolean }, signal?: AbortSignal): Promise<readonly string[]>;
  /** The project follows its folder to where it moved; the next `up` makes the container anew around the same volumes. */
  relink(row: ProjectRow, folder: string, signal?: AbortSignal): Promise<ProjectIdentity>;
  detail(row: ProjectRow, signal?: AbortSignal): Promise<ProjectDetail>;
  /**
   * The project's volumes; sizes that are not known yet are waited for as long as `patienceMs` says, at 0 not at all. With
   * `insideOnly` they are measured in a running container alone, and never by the engine, which looks at all it has.
   */
  storage(row: ProjectRow, options: StorageOptions, signal?: AbortSignal): Promise<StorageRow[]>;
  /**
   * Copies a workspace that is a volume out into a folder of this machine, or such a folder into it. Nothing is removed.
   * @throws BerthError `file_exists` where files differ and `overwrite` is not set; `bad_usage` where the workspace is the
   * project's folder itself
   */
  copyWorkspace(
    row: ProjectRow,
    options: { readonly direction: 'out' | 'in'; readonly folder: string; readonly overwrite: boolean },
    signal?: AbortSignal,
  ): Promise<CopyReport>;
  /** What an edit of the template would need; also for a folder without a container. Changes nothing. */
  plan(project: ProjectIdentity, signal?: AbortSignal): Promise<ProjectPlan>;
  /** Its secrets as they are since its last start, never their values; none while it does not run. */
  secrets(row: ProjectRow, signal?: AbortSignal): Promise<readonly SecretRow[]>;
  /** Brings in what changed at the sources of a running container's secrets, without a restart. See {@link SecretsRefresh}. */
  refreshSecrets(row: ProjectRow, options: SecretsRefresh, signal?: AbortSignal): Promise<readonly SecretRow[]>;
  logs(
    row: ProjectRow,
    options: { readonly follow: boolean; readonly tail: number | 'all' },
    signal?: AbortSignal,
  ): Promise<{
    readonly stdout: NodeJS.ReadableStream;
    readonly stderr: NodeJS.ReadableStream;
    readonly ended: Promise<void>;
  }>;

  /** For a long-lived process: through the Line. Starts nothing. @throws BerthError `container_not_running` */
  line(row: ProjectRow, signal?: AbortSignal): Promise<Line>;
  /** For a one-shot process: through the engine's exec; no SSH is loaded. */
  runner(row: ProjectRow, signal?: AbortSignal): Promise<CommandRunner>;
}
