import type { CommandRunner } from '../command';
import type { ContainerDetail, Engine, EngineConnection, EngineEvent } from '../engine/types';
import type { HealthSource } from '../health/board';
import type { BerthHome } from '../home';
import type { Dotfiles } from '../inside/dotfiles-wish';
import type { LineTarget, Lines } from '../line/types';
import type { SecretsHands } from '../secrets/types';
import type { SshFiles } from '../line/ssh-files';
import type { Logger } from '../log';
import type { ProjectRow } from '../model';
import type { Templates } from '../templates/types';
import type { WantedLimits } from './plan-limits';
import type { ProjectStore } from './store';

/** What the projects room is given to work with. */
export interface ProjectsContext {
  readonly home: BerthHome;
  readonly connection: EngineConnection;
  readonly templates: Templates;
  readonly ssh: SshFiles;
  readonly lines: () => Promise<Lines>;
  /** Commands through the engine's exec. */
  readonly runner: (engine: Engine, target: LineTarget) => Promise<CommandRunner>;
  /** Writes down how the engine is reached, for `berth ssh-proxy`. */
  readonly rememberEngine: (engine: Engine) => Promise<void>;
  /** What is known of containers' health beside what the engine says. */
  readonly health?: HealthSource;
  /** Is handed the engine's events that concern this owner, and those of images, while projects are watched. */
  readonly heard?: (event: EngineEvent) => void;
  readonly log: Logger;
  readonly secrets: SecretsHands;
  /** The user's dotfiles, for the homes of all containers; asked anew each time. */
  readonly dotfiles?: () => Dotfiles | null;
  /** Berth's own version, as the labels say it. */
  readonly version: string;
}

export interface ProjectsParts extends ProjectsContext {
  readonly store: ProjectStore;
  /** Limits that a container's template asks for, by the container's id; null where they are not known. */
  readonly wantedLimits: (container: string) => WantedLimits | null;
  /** The template's `secrets` likewise. */
  readonly wantedSecrets: (container: string) => unknown;
}

/** What a Line and a runner need to know of a project's running container. */
export function lineTarget(
  row: Pick<ProjectRow, 'id' | 'alias' | 'user' | 'workspacePath'>,
  container: Pick<ContainerDetail, 'id' | 'environment'>,
): LineTarget {
  return {
    containerId: container.id,
    projectId: row.id,
    alias: row.alias,
    user: row.user,
    workspacePath: row.workspacePath,
    environment: container.environment,
  };
}
