import type { ContainerSpec, EngineMount } from './engine/types';
import { labelSchema, labels } from './model';
import type { ProjectIdentity } from './model';

/** A short-lived container that does one thing with an image or a volume, for Berth alone. */
export interface Helper {
  readonly name: string;
  /** Berth's owner id. */
  readonly owner: string;
  /** The project that it works for; null for one that works for all of them. */
  readonly project: Pick<ProjectIdentity, 'id' | 'name'> | null;
  /** The image's name or id. */
  readonly image: string;
  /** It should end by itself, should nobody be left to remove it. */
  readonly command: readonly string[];
  readonly mounts: readonly EngineMount[];
  /** Null for as much as there is. */
  readonly memoryBytes: number | null;
  readonly pids: number | null;
}

/** What a helper is found by, and what else is nobody's but Berth's. Pure. */
export function helperLabels(owner: string, project: Helper['project'] = null): Readonly<Record<string, string>> {
  return {
    [labels.schema]: labelSchema,
    [labels.kind]: 'helper',
    [labels.owner]: owner,
    ...(project === null ? {} : { [labels.project]: project.id, [labels.name]: project.name }),
  };
}

/** All that the engine is told about a helper: it is root, and has no network and no way to more than it was given. Pure. */
export function helperSpec(helper: Helper): ContainerSpec {
  const { name, owner, project, image, command, mounts, memoryBytes, pids } = helper;
  return {
    name,
    hostname: 'berth-helper',
    image,
    labels: helperLabels(owner, project),
    environment: {},
    command,
    // By its number, which an image without a list of users has too.
    user: '0',
    workdir: '/',
    mounts,
    limits: { cpus: null, memoryBytes, pids, shmBytes: 64 << 20, nofile: 1024, gpus: 'none' },
    capAdd: [],
    noNewPrivileges: true,
    readOnlyRoot: false,
    seccomp: 'default',
    network: 'none',
    restartAttempts: 0,
  };
}
