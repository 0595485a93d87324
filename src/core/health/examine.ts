import { text } from 'node:stream/consumers';
import { timeLimit } from '../abort';
import type { CommandRunner } from '../command';
import type { ContainerDetail, Engine } from '../engine/types';
import { BerthError, isCancelled, messageOf } from '../errors';
import type { Line } from '../line/types';
import type { ProjectRow } from '../model';
import { parseProbe, probeCommand } from './probe';
import type { Probed } from './probe';

/** How long a probe may take, in milliseconds: over a Line that is there, and by the engine. */
const limits = { line: 3_000, engine: 10_000 };

/** The roads to one container. `line`: the one that this process has open, if it has one. */
export interface Roads {
  readonly line: Line | null;
  readonly runner: () => Promise<CommandRunner>;
}

export interface Examined {
  readonly probe: Probed | { readonly silent: string };
  /** The Line did not answer while the container did, so it was let go: the next who needs it gets a new one. */
  readonly healed: boolean;
}

/**
 * Probes a running container: over the Line where this process has one open, else by one exec of the engine's. A Line
 * that keeps silent is tried by the engine too, which tells a hung sshd from a hung container.
 * @returns null where the container went away, or the engine did: nothing is to be said of its health then
 */
export async function examine(
  roads: Roads,
  row: Pick<ProjectRow, 'workspacePath'>,
  signal?: AbortSignal,
): Promise<Examined | null> {
  const { line } = roads;
  if (line !== null) {
    const found = await ask(() => Promise.resolve(line), row.workspacePath, limits.line, signal);
    if (found === 'gone') return null;
    if (!('silent' in found)) return { probe: found, healed: false };
  }
  const found = await ask(roads.runner, row.workspacePath, limits.engine, signal);
  if (found === 'gone') return null;
  const healed = line !== null && !('silent' in found);
  if (healed) line.renew();
  return { probe: found, healed };
}

/** Failures that say nothing of the container's health. */
const gone: readonly string[] = [
  'container_not_running',
  'container_gone',
  'engine_unreachable',
  'engine_permission_denied',
];

async function ask(
  road: () => Promise<CommandRunner>,
  workspace: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Probed | { readonly silent: string } | 'gone'> {
  const late = timeLimit(timeoutMs + 1_000);
  const either = signal === undefined ? late : AbortSignal.any([late, signal]);
  try {
    const said = (async () => {
      const runner = await road();
      const command = await runner.run({ argv: probeCommand(workspace), cwd: '/', own: true, timeoutMs }, either);
      command.stderr.resume();
      const output = await text(command.stdout);
      return { output, exit: await command.exit };
    })();
    const { output, exit } = await Promise.race([said, passing(late)]);
    if (signal?.aborted === true) return 'gone';
    if (exit.timedOut) return { silent: 'it does not answer' };
    return parseProbe(output) ?? { silent: `its probe ends with exit code ${exit.code}` };
  } catch (error) {
    if (late.aborted) return { silent: 'it does not answer' };
    if (isCancelled(error) || (error instanceof BerthError && gone.includes(error.code))) return 'gone';
    return { silent: messageOf(error) };
  }
}

/** A request that is never answered at all must not hold the monitor up. */
function passing(late: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    late.addEventListener('abort', () => reject(new Error('it does not answer')), { once: true });
  });
}

/** The exit code of a container's last end, by what the engine still remembers; null where it has forgotten. */
export async function lastExitCode(
  engine: Pick<Engine, 'pastEvents'>,
  container: Pick<ContainerDetail, 'id' | 'finishedAt'>,
  signal?: AbortSignal,
): Promise<number | null> {
  if (container.finishedAt === null) return null;
  const end = Date.parse(container.finishedAt);
  const events = await engine.pastEvents(container.id, { since: end - 1_000, until: end + 2_000 }, signal);
  const code = Number(events.findLast(({ action }) => action === 'die')?.attributes['exitCode']);
  return Number.isInteger(code) ? code : null;
}
