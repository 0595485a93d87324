import type { ContainerSpec, Engine } from '../engine/types';
import { BerthError, isCancelled, messageOf } from '../errors';
import { labels } from '../model';
import type { ProjectRow } from '../model';
import { lineTarget } from '../projects/context';
import type { ProjectsContext } from '../projects/context';
import { containerName } from '../projects/identity';

/** What the trial is judged by. Time in milliseconds. */
export interface Trial {
  readonly healthCommand: string | undefined;
  readonly timeoutMs: number;
}

/**
 * The container that is tried before the real one takes over, made from what that one is to be: all that it shares with the
 * one in use is mounted read-only, and it has no ports, no services and no commands of its own, so that nothing of what it
 * does can be noticed. Pure.
 */
export function canarySpec(spec: ContainerSpec, name: string): ContainerSpec {
  const canary: { -readonly [K in keyof ContainerSpec]: ContainerSpec[K] } = {
    ...spec,
    name,
    labels: { ...spec.labels, [labels.kind]: 'canary' },
    command: ['/bin/sleep', 'infinity'],
    // A volume without a name is its own.
    mounts: spec.mounts.map((mount) =>
      mount.kind === 'bind' || (mount.kind === 'volume' && mount.volume !== '') ? { ...mount, readOnly: true } : mount,
    ),
    restartAttempts: 0,
  };
  delete canary.dial;
  delete canary.ports;
  delete canary.healthcheck;
  return canary;
}

/**
 * Tries what is to take over: it has to start, let its user log in, and pass the template's health command. Nothing of it
 * is left, however that ends.
 * @throws BerthError `canary_failed`
 */
export async function tryCanary(
  parts: ProjectsContext & { readonly engine: Engine; readonly row: ProjectRow },
  spec: ContainerSpec,
  trial: Trial,
  signal?: AbortSignal,
): Promise<void> {
  const { engine, row } = parts;
  const name = canaryName(row);
  // One that a crash has left would keep its name.
  await engine.removeContainer(name, { force: true }, signal);
  const id = await engine.createContainer(canarySpec(spec, name), signal);
  try {
    await passes({ ...parts, id }, trial, signal);
  } catch (error) {
    if (isCancelled(error)) throw error;
    throw new BerthError(
      'canary_failed',
      `The new container of ${row.name} did not pass its trial: ${messageOf(error)}`,
      {
        hint: 'The one in use was not touched. Mend the template, then refresh again.',
        cause: error,
      },
    );
  } finally {
    (await parts.lines()).drop(id);
    await engine.removeContainer(id, { force: true });
  }
}

async function passes(
  parts: ProjectsContext & { readonly engine: Engine; readonly row: ProjectRow; readonly id: string },
  { healthCommand, timeoutMs }: Trial,
  signal?: AbortSignal,
): Promise<void> {
  const { engine, row, id } = parts;
  await engine.startContainer(id, signal);
  const container = await engine.inspectContainer(id, signal);
  if (container?.state !== 'running') throw new Error(`it ended with exit code ${container?.exitCode ?? 'unknown'}`);
  const line = (await parts.lines()).get(lineTarget(row, container));
  await line.connect(signal);
  if (healthCommand === undefined) return;
  // As the engine runs it: by the shell, as root.
  const running = await line.run({ argv: ['/bin/sh', '-c', healthCommand], user: 'root', timeoutMs }, signal);
  running.stdout.resume();
  running.stderr.resume();
  const { code, timedOut } = await running.exit;
  if (timedOut) throw new Error(`the health command took longer than ${Math.round(timeoutMs / 1000)} s`);
  if (code !== 0) throw new Error(`the health command ended with exit code ${code}`);
}

/** No role of the project's own, so that nothing ever takes it for the project. */
function canaryName({ name, id }: ProjectRow): string {
  return `${containerName(name, id)}-canary`;
}
