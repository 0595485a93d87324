import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ContainerDetail, Engine } from '../engine/types';
import type { Progress } from '../log';
import type { ProjectRow } from '../model';
import { lineTarget } from '../projects/context';
import type { ProjectsContext } from '../projects/context';
import { dotfilesOf } from './dotfiles-wish';
import type { Dotfiles } from './dotfiles-wish';

/** What the command line is told of dotfiles: it has no settings of an editor's. Pure. */
export function dotfilesInEnv(env: Readonly<Record<string, string | undefined>>): Dotfiles | null {
  return dotfilesOf({
    repository: env['BERTH_DOTFILES'],
    installCommand: env['BERTH_DOTFILES_INSTALL'],
    targetPath: env['BERTH_DOTFILES_TARGET'],
  });
}

export type DotfilesStepParts = Pick<ProjectsContext, 'runner' | 'dotfiles'> & {
  readonly engine: Engine;
  readonly row: Pick<ProjectRow, 'id' | 'alias' | 'user' | 'workspacePath'>;
  readonly container: ContainerDetail;
};

/** The step of `up`: after credentials are there, before the template's own commands; one look where it is done. */
export async function dotfilesStep(parts: DotfilesStepParts, progress: Progress, signal?: AbortSignal): Promise<void> {
  const wish = parts.dotfiles?.() ?? null;
  if (wish === null) return;
  const [{ bringDotfiles }, { packFolder }] = await Promise.all([
    import('./dotfiles'),
    import('../storage/pack-folder'),
  ]);
  const runner = await parts.runner(parts.engine, lineTarget(parts.row, parts.container));
  const here = (path: string): string => (path.startsWith('~/') ? join(homedir(), path.slice(2)) : path);
  await bringDotfiles(
    wish,
    {
      runner,
      pack: (folder) => packFolder(here(folder), { owner: { uid: 0, gid: 0 }, signal }),
      notice: (message) => progress({ kind: 'notice', message }),
      line: (text) => progress({ kind: 'line', source: 'post_create', stream: 'stdout', text }),
    },
    signal,
  );
}
