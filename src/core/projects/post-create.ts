import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ContainerDetail, Engine } from '../engine/types';
import { BerthError } from '../errors';
import type { Progress } from '../log';
import { labels } from '../model';
import type { ProjectRow } from '../model';
import { lineTarget } from './context';
import type { ProjectsContext } from './context';
import { readProjectState, writeProjectState } from './state-file';

/**
 * Runs the commands of post_create that have not succeeded in this container yet, one after the other, as the user in
 * the workspace. Each is marked done only after it succeeded, so that a repeat goes on at the one that failed.
 * @throws BerthError `post_create_failed`; the container stays and can be used
 */
export async function runPostCreate(
  parts: ProjectsContext & { readonly engine: Engine; readonly row: ProjectRow; readonly container: ContainerDetail },
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const { home, row, container } = parts;
  const commands = commandsOf(container);
  const state = await readProjectState(home, row.id);
  const recorded = state.postCreate?.container === container.id ? state.postCreate.done : null;
  const mark = (done: number): Promise<void> =>
    writeProjectState(home, row.id, { postCreate: { container: container.id, done, of: commands.length } });
  if (recorded === null) await mark(0);
  const runner =
    commands.length > (recorded ?? 0) ? await parts.runner(parts.engine, lineTarget(row, container)) : null;
  for (const [index, command] of commands.entries()) {
    if (runner === null || index < (recorded ?? 0)) continue;
    progress({ kind: 'line', source: 'post_create', stream: 'stdout', text: `$ ${command}` });
    const running = await runner.run({ argv: ['/bin/sh', '-c', command] }, signal);
    const tell = (stream: 'stdout' | 'stderr', from: Readable): void =>
      void createInterface({ input: from, crlfDelay: Infinity }).on('line', (text) =>
        progress({ kind: 'line', source: 'post_create', stream, text }),
      );
    tell('stdout', running.stdout);
    tell('stderr', running.stderr);
    const exit = await running.exit;
    signal?.throwIfAborted();
    if (exit.code !== 0) {
      throw new BerthError(
        'post_create_failed',
        `post_create command ${index + 1} of ${commands.length} failed with exit code ${exit.code}: ${command}`,
        { hint: 'The container runs and can be used; mend the cause, and `berth up` goes on at this command.' },
      );
    }
    await mark(index + 1);
  }
}

/** What the container was made with, not what the template says by now. */
function commandsOf(container: ContainerDetail): readonly string[] {
  const spec = JSON.parse(container.labels[labels.spec] ?? '{}') as { post_create?: unknown };
  return Array.isArray(spec.post_create) ? spec.post_create.map(String) : [];
}
