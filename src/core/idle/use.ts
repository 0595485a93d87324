import { setTimeout as delay } from 'node:timers/promises';
import type { CommandRunner } from '../command';
import { BerthError } from '../errors';
import type { ProjectRow } from '../model';
import type { Projects } from '../projects/types';

/** A container that is just stopping is waited for, so many times and milliseconds: its services have time to end. */
const attempts = 60;
const pauseMs = 250;

/**
 * Runs what a person or an agent asks for. `road`: through the Line for a long-lived process, by the engine's exec for a
 * one-shot one.
 */
export type Use = (row: ProjectRow, road: 'line' | 'engine') => CommandRunner;

/**
 * A runner for which a container that stopped because nobody used it is as good as running: it is started, and the
 * command runs then. One that was stopped on purpose, or crashed, is left as it is. Nothing runs twice: a container stops
 * for idleness only after a last look that no command escapes which has begun (see mark.ts), so what was lost with such a
 * stop had not.
 */
export function createUse(projects: Pick<Projects, 'line' | 'runner' | 'refresh' | 'start'>): Use {
  return (row, road) => ({
    run: async (spec, signal) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const runner = await (road === 'line' ? projects.line(row, signal) : projects.runner(row, signal));
          return await runner.run(spec, signal);
        } catch (error) {
          if (attempt === attempts || !(await mayRunAgain(projects, row, error, signal))) throw error;
        }
      }
    },
  });
}

/** Waits for the end of a stop that is under way, and starts the container where it was for idleness. */
async function mayRunAgain(
  projects: Pick<Projects, 'refresh' | 'start'>,
  row: ProjectRow,
  error: unknown,
  signal?: AbortSignal,
): Promise<boolean> {
  const refusal = refusalOf(error);
  if (refusal === null) return false;
  for (let looks = 0; looks < attempts; looks += 1) {
    const { rows } = await projects.refresh(signal);
    const now = rows.find(({ id }) => id === row.id);
    const next = afterRefusal(now, refusal);
    if (next === 'start' && now !== undefined) await projects.start(now, signal);
    if (next === 'give_up' || (refusal === 'lost' && looks * pauseMs >= lostMs)) return false;
    if (next !== 'wait') return true;
    await delay(pauseMs, undefined, { signal });
    // It was refused for certain, so asking is as good as looking.
    if (refusal === 'refused') return true;
  }
  return false;
}

/** How long a connection that was lost looks whether its container is stopping, in milliseconds. */
const lostMs = 3_000;

/** `refused`: the command has not begun; `lost`: that is only sure once the container has stopped for idleness. */
type Refusal = 'refused' | 'lost';

function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof BerthError)) return null;
  if (error.code === 'container_not_running') return 'refused';
  return error.code === 'line_lost' || error.code === 'line_failed' ? 'lost' : null;
}

/** What to do where a container did not take a command. Pure. */
export function afterRefusal(
  row: Pick<ProjectRow, 'state' | 'idleFor'> | undefined,
  refusal: Refusal,
): 'start' | 'wait' | 'give_up' {
  if (row?.state === 'stopped' && row.idleFor !== undefined) return 'start';
  // On its way down, or another process has just started it.
  if (row?.state === 'running') return 'wait';
  return refusal === 'refused' && row?.state === 'creating' ? 'wait' : 'give_up';
}
