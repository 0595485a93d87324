/** How it is known that a service is ready, judged inside the container. */
export type Probe =
  | { readonly kind: 'tcp' | 'http'; readonly port: number }
  | { readonly kind: 'command'; readonly command: string };

/** A user's service, as the supervisor needs it. */
export interface ServiceProgram {
  readonly name: string;
  /** For /bin/sh, as the container's user in the workspace. */
  readonly command: string;
  readonly ready?: Probe;
  /** How often in a row it is started again before it is given up, and the wait before the second of them, in milliseconds. */
  readonly restart: { readonly max: number; readonly backoff: number };
}

/**
 * A program of Berth's own that runs for as long as the container does, beside the user's services: it watches for
 * something, and never shows as a service. It is started again, at most once a second, whenever it ends.
 */
export interface InternalService {
  /** Lower-case letters, digits and dashes; a user's service may have the same. */
  readonly name: string;
  /** For /bin/sh. What it writes goes to the container's own log. */
  readonly script: string;
  readonly user: string;
}

/** What a container has to keep running. */
export interface Supervised {
  readonly services: readonly ServiceProgram[];
  readonly internal: readonly InternalService[];
  /** Who the services run as, and where that one is at home. */
  readonly user: string;
  readonly home: string;
  readonly workspace: string;
  /** Whether services wait for the file that says that the secrets are there. */
  readonly waitForReady: boolean;
  readonly readOnlyRoot: boolean;
}

/** A file of the supervisor's folders, by its path in the container. */
export interface ScriptFile {
  readonly path: string;
  readonly text: string;
  readonly mode: 0o644 | 0o755;
}

/**
 * `waiting`: for the secrets; `starting`: it runs, and is not ready yet; `restarting`: it died and is about to be started
 * again; `failed`: it died too often in a row and stays down; `stopped`: by a person, or its container does not run.
 */
export const serviceStates = [
  'waiting',
  'starting',
  'running',
  'restarting',
  'stopping',
  'stopped',
  'failed',
  'unknown',
] as const;
export type ServiceState = (typeof serviceStates)[number];

/** What a person may do to one service. */
export type ServiceVerb = 'start' | 'stop' | 'restart';

/** A service as views show it. */
export interface ServiceRow {
  readonly name: string;
  readonly state: ServiceState;
  /** Whether its check has succeeded since it began; without a check, whether it runs. */
  readonly ready: boolean;
  /** How often it was started again by itself since the container's start. */
  readonly restarts: number;
  /** In the container; null while it does not run. */
  readonly pid: number | null;
  /** Seconds since it began; null while it does not run. */
  readonly uptime: number | null;
  /** The number of the port that its check asks, which is where a browser finds it; null where it asks none. */
  readonly port: number | null;
}
