import { posix } from 'node:path';
import type { CommandRunner } from '../command';
import type { EngineConnection } from '../engine/types';
import { BerthError } from '../errors';
import type { Use } from '../idle/use';
import type { Line } from '../line/types';
import type { ProjectRow } from '../model';
import { matchProject } from '../projects/find';
import { specAtMaking, type MadeSpec } from '../projects/made-spec';
import type { Projects } from '../projects/types';
import { helpedShell } from './file-helper';
import { fileLibrary } from './file-script';
import { recorderLibrary } from './recorder-script';
import { createShells } from './shells';
import type { Box } from './types';

export interface BoxesParts {
  readonly projects: Projects;
  readonly connection: Pick<EngineConnection, 'get'>;
  readonly use: Use;
}

/** Opens containers for tools: by a project's name, id or folder, starting one that is stopped. */
export interface Boxes {
  /** @throws BerthError `project_not_found`, `project_ambiguous`, `container_gone`, `engine_unreachable` */
  row(query: string, signal?: AbortSignal): Promise<ProjectRow>;
  open(query: string, signal?: AbortSignal): Promise<Box>;
}

interface Opened {
  readonly box: Box;
  readonly line: Line;
}

/**
 * Looks are spared while nothing can have changed: a row comes from the snapshot that the engine's events keep true, and
 * a container stays open for as long as its Line is connected, which breaks when the container stops or is replaced.
 */
export function createBoxes({ projects, connection, use }: BoxesParts): Boxes {
  const opened = new Map<string, Opened>();

  const known = (query: string): ProjectRow | null => {
    const { rows, loaded, engine } = projects.snapshot;
    return loaded && engine === 'connected' ? matchProject(rows, { kind: 'word', text: query }) : null;
  };
  const row = async (query: string, signal?: AbortSignal): Promise<ProjectRow> =>
    known(query) ?? (await projects.find(query, '/', signal));

  return {
    row,
    async open(query, signal) {
      const found = await row(query, signal);
      const before = opened.get(found.id);
      if (before?.line.state === 'connected') return before.box;
      const awake = found.state === 'stopped' ? await projects.start(found, signal) : found;
      const engine = await connection.get(signal);
      const line = await projects.line(awake, signal);
      const container = await engine.inspectContainer(awake.containerName, signal);
      if (container === null) throw gone(awake.name);
      const runner = runnerOf(line, use(awake, 'line'));
      const box: Box = {
        project: { id: awake.id, name: awake.name },
        container: container.id,
        user: awake.user,
        workspacePath: awake.workspacePath,
        roots: rootsOf(awake.workspacePath, specAtMaking(container)),
        runner,
        shells: createShells(runner, recorderLibrary),
        fileShells: createShells(runner, fileLibrary, helpedShell),
      };
      opened.set(awake.id, { box, line });
      return box;
    },
  };
}

/** The workspace, and where the template's own mounts lie; what a label of another version says else is passed over. Pure. */
export function rootsOf(workspace: string, { volumes }: MadeSpec): readonly string[] {
  const roots = [workspace];
  for (const volume of Array.isArray(volumes) ? (volumes as readonly unknown[]) : []) {
    const target = typeof volume === 'object' && volume !== null && 'container' in volume ? volume.container : null;
    if (typeof target === 'string' && posix.isAbsolute(target) && target !== '/') roots.push(posix.resolve(target));
  }
  return roots;
}

/** By the open Line at once; where the container is just stopping, by the road that waits and starts it again. */
function runnerOf(line: Line, careful: CommandRunner): CommandRunner {
  return {
    async run(spec, signal) {
      if (line.state !== 'connected') return careful.run(spec, signal);
      try {
        return await line.run(spec, signal);
      } catch (error) {
        if (!(error instanceof BerthError) || error.code !== 'container_not_running') throw error;
        return careful.run(spec, signal);
      }
    },
  };
}

function gone(name: string): BerthError {
  return new BerthError('container_gone', `${name} has no container any more.`, { hint: 'Make one with spawn.' });
}
