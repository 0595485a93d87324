/**
 * The words of Berth as types: what every room of the core, and every face on it, speaks.
 * The string unions are contracts: they appear in `--json` output and in the docs.
 */

/** What the engine says of a project's container. `absent`: the project is known but has no container. */
export type ContainerState =
  | 'absent'
  | 'building'
  | 'creating'
  | 'running'
  | 'stopped'
  | 'crashed'
  | 'removing'
  | 'unknown';

/** Berth's verdict. `unknown` while nothing can be said: not running, still starting, or the engine is out of reach. */
export type Health = 'healthy' | 'degraded' | 'stale' | 'unhealthy' | 'unknown';

/**
 * Why a container is not simply healthy, each with the verdict that it brings on. Within a verdict the order is the
 * order of telling. What each means is in docs/health.md.
 */
export const reasonHealth = {
  crashed: 'unhealthy',
  restarting: 'unhealthy',
  health_command_failed: 'unhealthy',
  workspace_missing: 'unhealthy',
  no_answer: 'unhealthy',
  setup_failed: 'degraded',
  service_failed: 'degraded',
  out_of_memory: 'degraded',
  restarted: 'degraded',
  memory_high: 'degraded',
  workspace_disk_high: 'degraded',
  container_disk_high: 'degraded',
  sshd_missing: 'degraded',
  folder_moved: 'stale',
  template_changed: 'stale',
  image_changed: 'stale',
  base_changed: 'stale',
  berth_changed: 'stale',
  too_old: 'stale',
} as const satisfies Readonly<Record<string, Exclude<Health, 'healthy' | 'unknown'>>>;
export type ReasonCode = keyof typeof reasonHealth;

/** Why a container should be replaced. */
export type StaleCode = {
  [K in ReasonCode]: (typeof reasonHealth)[K] extends 'stale' ? K : never;
}[ReasonCode];

/** One reason for staleness. `since` is an ISO 8601 instant, or null where the beginning is not known. */
export interface StaleReason {
  readonly code: StaleCode;
  readonly message: string;
  readonly since: string | null;
}

/** One reason of a verdict, in words for a person. */
export interface HealthReason {
  readonly code: ReasonCode;
  readonly health: (typeof reasonHealth)[ReasonCode];
  readonly message: string;
  readonly since: string | null;
  /** ISO 8601 instant until which it was put off: it then counts for no verdict. Null where it was not. */
  readonly snoozed: string | null;
}

/** What of a template's `health` a verdict goes by. Percentages 0 to 100, durations in milliseconds. */
export interface HealthThresholds {
  /** A container older than this is stale. */
  readonly maxAge: number;
  /** Use of a disk above this is too much, once it has held. */
  readonly maxDisk: number;
  /** Use of its memory, without the page cache, above this is too much, once it has held. */
  readonly maxMemory: number;
  /** So many failures in a row of one of Berth's own checks make it unhealthy. */
  readonly retries: number;
  /** What Berth does by itself about a stale one: refresh it (only when idle, and nothing would be lost), tell, or nothing. */
  readonly onStale: 'refresh' | 'notify' | 'off';
}

/** What kind of thing a labelled object of the engine is (label `dev.berth.kind`). */
export type Kind = 'project' | 'agent' | 'canary' | 'helper' | 'snapshot';

/** A folder that Berth knows. `id`: 12 hex digits, see core/projects/identity.ts. `folder`: its real path. */
export interface ProjectIdentity {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
}

/** A port that a template declares. `port`: in the container. `host`: wanted on 127.0.0.1. `publish`: by the engine, for good. */
export interface DeclaredPort {
  readonly port: number;
  readonly host: number;
  readonly publish: boolean;
}

/** What a template wants git in its container to work with. */
export interface GitWish {
  readonly identity: 'host' | 'none';
  readonly credentials: 'none' | 'token' | 'agent';
}

/** One project as every view renders it. Immutable: a change makes a new object. */
export interface ProjectRow extends ProjectIdentity {
  readonly template: string;
  /** The engine's id, as `berth ssh-proxy --engine` takes it. */
  readonly engine: string;
  readonly state: ContainerState;
  readonly health: Health;
  /** One short sentence to `health`, or empty. */
  readonly detail: string;
  /** All that speaks against it, the worst first; those that were put off come last. */
  readonly reasons: readonly HealthReason[];
  /** Those of them that say it should be replaced; told of a stopped container too. */
  readonly stale: readonly StaleReason[];
  /** What its template says of health now. */
  readonly thresholds: HealthThresholds;
  /** What it used at the last probe, for as long as that holds; null where nobody probes it. */
  readonly use: Usage | null;
  readonly generation: number;
  /** ISO 8601 instant at which the container was made; null without a container. */
  readonly created: string | null;
  /** ISO 8601 instant of the last start or stop; null without a container. */
  readonly changed: string | null;
  readonly image: string;
  readonly container: string | null;
  readonly containerName: string;
  /** Name of the SSH host entry. */
  readonly alias: string;
  readonly user: string;
  readonly workspacePath: string;
  /** What its template declares: what is forwarded as it says now, what the engine publishes as it said at the making. */
  readonly ports: readonly DeclaredPort[];
  /** The names of the services that it was made with, sorted. */
  readonly services: readonly string[];
  /** The commands that set it up, while not all of them have succeeded; else empty. */
  readonly setup: readonly LifecycleStep[];
  /** What git in it works with, as its template says now. */
  readonly git: GitWish;
  /** The secrets that its template declares, by name, while it runs. */
  readonly secrets: readonly SecretRow[];
  /** The generation of the container that a rollback would go back to; null where there is none. */
  readonly former: number | null;
  /** A refresh or a rollback is under way, or was cut short. */
  readonly halfDone: boolean;
  /** The exit code of a container that ended; null while it runs. */
  readonly exitCode: number | null;
  /** For how many seconds it had been idle when it stopped by itself for that; left out where it did not. */
  readonly idleFor?: number;
  /** After how many milliseconds without use it stops by itself; left out where it never does. */
  readonly stopsAfterMs?: number;
  /** The snapshot that it was put back to, by name; left out where it is made of its template's image. */
  readonly restored?: string;
  /** There for an agent's own container alone. */
  readonly agent?: {
    /** ISO 8601 instant at which it ends itself; null where it is not known. */
    readonly expires: string | null;
    /** The program that asked for it, by its own words; left out where it is not known. */
    readonly client?: string;
    /** The branch of its worktree; left out where its workspace is none. */
    readonly branch?: string;
  };
}

/** The steps of `up`, in order; their times are the contract `timings_ms`. */
export const upSteps = ['resolve', 'image', 'create', 'start', 'line', 'inject', 'post_create'] as const;
export type UpStep = (typeof upSteps)[number];

/** When commands of a template run: once a container, or at each of its starts. */
export type LifecyclePhase = 'post_create' | 'post_start';

/** One command of a phase, and how it went. `index` of `of`, counted from 1; `at`: ISO 8601 instant of its begin. */
export interface LifecycleStep {
  readonly phase: LifecyclePhase;
  readonly index: number;
  readonly of: number;
  readonly command: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly exitCode: number | null;
  /** Milliseconds it took. */
  readonly ms: number | null;
  readonly at: string | null;
  /** Its last lines, stdout and stderr together. */
  readonly output: string;
}

/** One secret as views show it: never its value. */
export interface SecretRow {
  readonly name: string;
  /** Such as `env:GITHUB_TOKEN`; of a command its program alone, since its arguments may hold what nobody should see. */
  readonly from: string;
  readonly as: 'env' | 'file';
  readonly path: string | null;
  readonly required: boolean;
  /** `unknown`: nobody has looked since the container began to run. */
  readonly state: 'injected' | 'missing' | 'unknown';
  /** Why it is missing, or what else there is to know, in a sentence; null where there is nothing to say. */
  readonly detail: string | null;
  /** ISO 8601 instant at which its value last changed in the container; null where it has none. */
  readonly changed: string | null;
}

/** Limits as the engine was given them. Sizes in bytes; `cpus` may be a fraction. */
export interface Limits {
  readonly cpus: number | null;
  readonly memoryBytes: number | null;
  readonly pids: number | null;
}

/** A reading of what a container uses now. Memory without the page cache, in bytes; percentages 0 to 100 (cpu: 100 a core). */
export interface Usage {
  readonly cpuPercent: number | null;
  readonly memoryBytes: number;
  readonly memoryPercent: number | null;
  readonly diskPercent: number | null;
  readonly pids: number;
}

/** The labels of what Berth makes on an engine; a contract, since other processes and versions find it by them. */
export const labels = {
  schema: 'dev.berth.schema',
  kind: 'dev.berth.kind',
  owner: 'dev.berth.owner',
  project: 'dev.berth.project',
  name: 'dev.berth.name',
  folder: 'dev.berth.folder',
  branch: 'dev.berth.branch',
  template: 'dev.berth.template',
  spec: 'dev.berth.spec',
  /** The template's files on the machine that made the container, as a JSON list of absolute paths: what staleness looks at. */
  files: 'dev.berth.files',
  fingerprint: 'dev.berth.fingerprint',
  generation: 'dev.berth.generation',
  version: 'dev.berth.version',
  /** On an agent's own container: when it ends itself, an ISO 8601 instant. */
  expires: 'dev.berth.expires',
  /** Likewise: the program that asked for it, by its own words. */
  client: 'dev.berth.client',
  /** The container's login user: what the Line, terminals and the SSH entry log in as. */
  user: 'dev.berth.user',
  /** On an image: whom it was made for, `UID:GID:NAME`, with `:sudo` where that one may become root. */
  login: 'dev.berth.login',
  /** On an image: the extra CA certificates in it, each by 12 hex digits of its SHA-256. */
  certificates: 'dev.berth.certificates',
  /** On an image of the kind `snapshot`: its name within its project. */
  snapshot: 'dev.berth.snapshot',
  /** Likewise: what its maker wrote down of it, in one line. */
  note: 'dev.berth.note',
  /** On a container: the name of the project's snapshot that it was put back to; empty or left out otherwise. */
  restored: 'dev.berth.restored',
} as const;

/** Value of `dev.berth.schema`. */
export const labelSchema = '1';
