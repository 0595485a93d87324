import type { Duplex, Readable, Writable } from 'node:stream';
import type { BerthError } from '../errors';
import type { Disposable, Event } from '../lifetime';
import type { Progress } from '../log';
import type { Limits, Usage } from '../model';
import type { BuildRequest, CommitRequest } from './image-requests';

/** Where an engine was found and why it was taken. `url` is what DOCKER_HOST would say: unix://…, tcp://…, npipe://…, ssh://…. */
export interface EngineEndpoint {
  readonly url: string;
  /** `DOCKER_HOST`, `context NAME`, or the usual socket's owner, such as `Docker Desktop`. */
  readonly source: string;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly verify: boolean };
}

export interface EngineInfo {
  /** Short hash of the endpoint's URL: the ID in `berth ssh-proxy --engine ID`. */
  readonly id: string;
  readonly endpoint: EngineEndpoint;
  readonly version: string;
  /** The API version that was negotiated and is pinned from then on, such as `1.41`. */
  readonly apiVersion: string;
  readonly os: string;
  readonly arch: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly rootless: boolean;
  /** `docker` or `podman`. */
  readonly flavour: string;
  readonly buildkit: boolean;
  /** True when the engine's containers see this machine's folders and users: a local Linux engine, not a Desktop VM. */
  readonly local: boolean;
  readonly dataRoot: string;
  /** It maps the users of all containers to numbers of their own, by its configuration (`userns-remap`). */
  readonly remapped?: boolean;
  /** An earlier process asked for these facts, an hour ago at most: see {@link EngineConnection.fresh}. */
  readonly recalled?: true;
}

export type EngineMount =
  | { readonly kind: 'bind'; readonly source: string; readonly target: string; readonly readOnly: boolean }
  /** Without a name it is one of the container's own, which is made of what the image has there and goes with it. */
  /** `noCopy`: also a new one is left empty, whatever the image has there. */
  | {
      readonly kind: 'volume';
      readonly volume: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly noCopy?: boolean;
    }
  /** `exec`: programs may be run from it, which the engine forbids otherwise. */
  | {
      readonly kind: 'tmpfs';
      readonly target: string;
      readonly mode: number;
      readonly sizeBytes?: number;
      readonly exec?: boolean;
    };

/** All that Berth says when it makes a container. Sizes in bytes, durations in milliseconds. */
export interface ContainerSpec {
  readonly name: string;
  readonly hostname: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly user: string;
  readonly workdir: string;
  readonly mounts: readonly EngineMount[];
  /**
   * A folder of this machine that the container sees read-only at `dialMount`, by its real path, and its own pipe in there:
   * Berth's own, and no part of its mounts.
   */
  readonly dial?: { readonly folder: string; readonly pipe: string };
  readonly limits: Limits & {
    readonly shmBytes: number;
    readonly nofile: number;
    readonly gpus: 'none' | 'all' | number;
  };
  readonly capAdd: readonly string[];
  readonly noNewPrivileges: boolean;
  readonly readOnlyRoot: boolean;
  readonly seccomp: string;
  readonly network: 'full' | 'none';
  /** TCP ports that the engine publishes on its machine's 127.0.0.1: `port` in the container, `host` there. */
  readonly ports?: readonly { readonly port: number; readonly host: number }[];
  readonly healthcheck?: {
    readonly command: string;
    readonly intervalMs: number;
    readonly timeoutMs: number;
    readonly retries: number;
  };
  /** `keep-id`: the user outside has the same numbers inside; a rootless Podman knows it. The engine's own way if left out. */
  readonly userns?: 'keep-id';
  /** How often the engine starts it again after a crash. */
  readonly restartAttempts: number;
}

/** The engine's own word for a container, unfolded no further. */
export type EngineContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** A process in a container, by its numbers outside. */
export interface ContainerProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** One path of a container's writable layer. */
export interface ContainerChange {
  readonly path: string;
  readonly kind: 'changed' | 'added' | 'deleted';
}

/** What a container that is there can be given: sizes in bytes, `cpus` may be a fraction; `restartAttempts`: no more of them. */
export type LimitChange = { readonly [K in keyof Limits]?: number } & { readonly restartAttempts?: 0 };

/** What a list can tell without another round trip. */
export interface ContainerSummary {
  readonly id: string;
  readonly name: string;
  /** As it was named when the container was made; its id where that name has gone elsewhere. */
  readonly image: string;
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: EngineContainerState;
  /** The engine's health check: null where it has none. */
  readonly health: 'starting' | 'healthy' | 'unhealthy' | null;
  /** ISO 8601. */
  readonly created: string;
  /** The engine's words, such as `Exited (137) 2 hours ago`; holds the exit code. */
  readonly status: string;
}

export interface ContainerDetail extends ContainerSummary {
  /** Its first process, by its number outside; null while it does not run. */
  readonly pid: number | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly exitCode: number | null;
  readonly oomKilled: boolean;
  readonly restartCount: number;
  /** Of the engine's health check: how often it failed in a row, and its last exit code; null where it has none. */
  readonly healthCheck: { readonly failures: number; readonly exitCode: number | null } | null;
  /** How many processes started by exec run in it now. */
  readonly execs: number;
  /** As `KEY=value` lists are: image's and container's environment together. */
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly EngineMount[];
  /** What it sees at `dialMount`. */
  readonly dialFolder?: string;
  readonly limits: Limits;
}

export interface ImageSummary {
  readonly id: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly created: string;
  readonly sizeBytes: number;
}

export interface ImageDetail extends ImageSummary {
  /** `name@sha256:…` for each registry it came from or went to; empty for an image that was only ever built here. */
  readonly digests: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly os: string;
  readonly arch: string;
}

/** One layer of an image, from its base up. */
export interface ImageLayer {
  /** `sha256:…` of its content. */
  readonly digest: string;
  /** Null where the engine does not tell. */
  readonly sizeBytes: number | null;
}

export interface VolumeSummary {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ExecSpec {
  readonly argv: readonly string[];
  readonly user?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly tty?: { readonly columns: number; readonly rows: number };
  readonly stdin: boolean;
}

/** A process started by the engine. Both streams end before `exit` resolves. */
export interface ExecProcess {
  readonly id: string;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Empty with a terminal. */
  readonly stderr: Readable;
  /** The exit code. Rejects with `container_gone` when the stream broke and the engine no longer knows the exec. */
  readonly exit: Promise<number>;
  resize(columns: number, rows: number): Promise<void>;
  /** Lets go of the streams; the process itself goes on. */
  dispose(): void;
}

/** An event that concerns Berth; health probes' `exec_*` noise is left out. `time` in milliseconds since the epoch. */
export interface EngineEvent {
  readonly type: 'container' | 'image' | 'volume';
  /** The engine's verb: create, start, die, stop, destroy, rename, oom, health_status, tag, … */
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly time: number;
}

/** A connected engine. Every method throws BerthError (`engine_unreachable`, `engine_error` …) and obeys its signal. */
export interface Engine {
  readonly info: EngineInfo;

  /** Those that have all the labels and, where `names` are given, a name that one of these regular expressions is in. */
  listContainers(
    filter: { readonly labels: Readonly<Record<string, string>>; readonly names?: readonly string[] },
    signal?: AbortSignal,
  ): Promise<ContainerSummary[]>;
  /** @returns null where there is none of that name or id */
  inspectContainer(nameOrId: string, signal?: AbortSignal): Promise<ContainerDetail | null>;
  /** @throws BerthError `container_conflict` when the name is taken, `image_not_found` */
  createContainer(spec: ContainerSpec, signal?: AbortSignal): Promise<string>;
  /**
   * Already running is no error. `mounts`: those of this very container, where the caller has just made it with them; else the
   * engine is asked. @throws BerthError `volume_refused` where a mounted folder was swapped since it was made
   */
  startContainer(id: string, signal?: AbortSignal, mounts?: readonly EngineMount[]): Promise<void>;
  /** Already stopped is no error. `graceSeconds` until KILL. */
  stopContainer(id: string, graceSeconds: number, signal?: AbortSignal): Promise<void>;
  restartContainer(id: string, graceSeconds: number, signal?: AbortSignal): Promise<void>;
  /** Returns when it is really gone; already gone is no error. Leaves named volumes. */
  removeContainer(id: string, options: { readonly force: boolean }, signal?: AbortSignal): Promise<void>;
  renameContainer(id: string, name: string, signal?: AbortSignal): Promise<void>;
  /**
   * Gives it other limits, running or not, without a restart; a field left out stays as it is. On an error none changes.
   * @returns the engine's warnings
   * @throws BerthError `memory_in_use` where the kernel refuses less memory than is in use, `engine_unsupported`
   */
  updateContainer(id: string, change: LimitChange, signal?: AbortSignal): Promise<readonly string[]>;
  containerLogs(
    id: string,
    options: { readonly follow: boolean; readonly tail: number | 'all' },
    signal?: AbortSignal,
  ): Promise<{ readonly stdout: Readable; readonly stderr: Readable; readonly ended: Promise<void> }>;
  /** Two readings, since one carries no CPU delta. */
  containerUsage(id: string, signal?: AbortSignal): Promise<Usage>;
  /** Empty for a container that does not run. Starts nothing in it. */
  containerProcesses(id: string, signal?: AbortSignal): Promise<ContainerProcess[]>;
  /** Bytes of what it has written outside its volumes, running or not; null where that is not known. Looks at every file of it. */
  writableBytes(id: string, signal?: AbortSignal): Promise<number | null>;
  /** What it has that its image has not, running or not; mounts left out. @throws BerthError `container_gone` */
  containerChanges(id: string, signal?: AbortSignal): Promise<ContainerChange[]>;

  /**
   * Makes an image of what a container has on its image, running or not; what lies on volumes and in memory is not in it.
   * @returns the image's id @throws BerthError `container_gone`, `disk_full`
   */
  commitContainer(id: string, request: CommitRequest, signal?: AbortSignal): Promise<string>;

  exec(containerId: string, spec: ExecSpec, signal?: AbortSignal): Promise<ExecProcess>;
  /** stdin and stdout of one exec as one byte stream, stderr apart: what the Line and `ssh-proxy` ride on. */
  execStream(containerId: string, spec: Omit<ExecSpec, 'tty' | 'stdin'>, signal?: AbortSignal): Promise<ExecStream>;

  listImages(
    filter: { readonly labels: Readonly<Record<string, string>> },
    signal?: AbortSignal,
  ): Promise<ImageSummary[]>;
  inspectImage(reference: string, signal?: AbortSignal): Promise<ImageDetail | null>;
  /** With the credentials of the user's Docker config. @throws BerthError `image_not_found` where its registry does not have it, `registry_denied` */
  pullImage(reference: string, progress: Progress, signal?: AbortSignal): Promise<void>;
  /** Returns the image's id. Aborting ends the build on the engine too. @throws BerthError `build_failed` with the step and its last lines, `image_not_found`, `disk_full` */
  buildImage(request: BuildRequest, progress: Progress, signal?: AbortSignal): Promise<string>;
  removeImage(reference: string, signal?: AbortSignal): Promise<void>;
  /** What an image is made of, its base's first layer first; empty for one that is not there. Two round trips with sizes, one without. */
  imageLayers(reference: string, options: { readonly sizes: boolean }, signal?: AbortSignal): Promise<ImageLayer[]>;
  /** The digest that a registry has under a name now, without fetching the image; null where that cannot be told. Up to 15 s. */
  registryDigest(reference: string, signal?: AbortSignal): Promise<string | null>;
  /** Gives an image another name, taking that away from the one that has it. */
  tagImage(reference: string, tag: string, signal?: AbortSignal): Promise<void>;
  /** Sends an image to the registry that its tag names, with the user's credentials. @returns its digest there, or null where the engine does not tell it. @throws BerthError `registry_denied` */
  pushImage(tag: string, progress: Progress, signal?: AbortSignal): Promise<string | null>;
  /** Proxies that the user's Docker config sets for this engine, as variables in both cases. */
  proxies(): Promise<Readonly<Record<string, string>>>;

  listVolumes(
    filter: { readonly labels: Readonly<Record<string, string>> },
    signal?: AbortSignal,
  ): Promise<VolumeSummary[]>;
  /** An existing one of that name is left as it is. */
  ensureVolume(name: string, labels: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<void>;
  removeVolume(name: string, signal?: AbortSignal): Promise<void>;
  /** Bytes of every volume that the engine knows the size of, by name. Looks at all there is: up to seconds. */
  volumeSizes(signal?: AbortSignal): Promise<ReadonlyMap<string, number>>;

  /**
   * Unpacks a tar archive in a container's folder, running or not; owners and modes are those in the archive. A file in the
   * place of a folder, or the other way round, is an error unless it may `replace` that.
   */
  writeArchive(
    containerId: string,
    folder: string,
    tar: Readable,
    signal?: AbortSignal,
    options?: { readonly replace?: boolean },
  ): Promise<void>;
  /** What a container has at a path, running or not, as a tar archive whose names begin with the path's last part. */
  readArchive(containerId: string, path: string, signal?: AbortSignal): Promise<Readable>;

  /** One cheap round trip; throws when the engine does not answer. */
  ping(signal?: AbortSignal): Promise<void>;

  /**
   * Events as they come, from the moment the engine has answered. Ends by throwing `engine_unreachable` when the
   * connection breaks; `onOpen` is called once events are sure to be seen, so a list made after it misses nothing.
   */
  events(options: { readonly onOpen?: () => void }, signal: AbortSignal): AsyncIterable<EngineEvent>;

  /**
   * What the engine still remembers of a container between two instants of its own clock (milliseconds since the epoch).
   * It keeps few events, so an empty answer says nothing.
   */
  pastEvents(
    containerId: string,
    span: { readonly since: number; readonly until: number },
    signal?: AbortSignal,
  ): Promise<EngineEvent[]>;

  dispose(): void;
}

export interface ExecStream {
  readonly stream: Duplex;
  /** What the process wrote to stderr so far, at most 64 KiB: for an error's cause. */
  stderr(): string;
  /** Null where nobody tells how the process ended. */
  readonly exit: Promise<number | null>;
}

/** How it stands with the engine. A lost one keeps its last info, so that views can go on showing what they knew. */
export type EngineStatus =
  | { readonly kind: 'connecting'; readonly last: EngineInfo | null }
  | { readonly kind: 'connected'; readonly engine: Engine }
  | {
      readonly kind: 'unreachable';
      readonly error: BerthError;
      readonly tried: readonly EngineAttempt[];
      readonly last: EngineInfo | null;
    };

/** An engine that somebody chose: its address as DOCKER_HOST writes it, or a Docker context's name. `by`: how, for messages. */
export interface EngineWish {
  readonly engine: string;
  readonly by: string;
}

/** One endpoint that was tried, and why it was not taken. */
export interface EngineAttempt {
  readonly endpoint: EngineEndpoint;
  readonly problem: string;
}

/** The connection with a lifetime of its own: it is lost and found again without any view being torn down. */
export interface EngineConnection extends Disposable {
  readonly status: EngineStatus;
  readonly onDidChangeStatus: Event<EngineStatus>;
  /** The connected engine; connects first where that has not been tried, and again after a loss. @throws BerthError `engine_unreachable`, `engine_permission_denied` */
  get(signal?: AbortSignal): Promise<Engine>;
  /** The same, with facts of the engine that were asked for by this process: for what depends on its cpus or memory. */
  fresh(signal?: AbortSignal): Promise<Engine>;
  /** Called by who noticed that the engine is gone (the event stream's end): the status turns, get() connects anew. */
  lost(error: unknown): void;
  /** Lets go of the engine, and of all that is known of it, and connects to whichever is chosen now. */
  chooseAgain(): void;
}
