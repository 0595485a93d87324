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
 * command runs then. One that was stopped on purpose, or crashed, is left as it is. Nothing runs twice: what was refused
 * had not begun.
 */
export function createUse(projects: Pick<Projects, 'line' | 'runner' | 'refresh' | 'start'>): Use {
  return (row, road) => ({
    run: async (spec, signal) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const runner = await (road === 'line' ? projects.line(row, signal) : projects.runner(row, signal));
          return await runner.run(spec, signal);
        } catch (error) {
          if (!isNotRunning(error) || attempt === attempts) throw error;
          const { rows } = await projects.refresh(signal);
          const now = rows.find(({ id }) => id === row.id);
          const next = afterRefusal(now);
          if (next === 'give_up') throw error;
          if (next === 'start' && now !== undefined) await projects.start(now, signal);
          else await delay(pauseMs, undefined, { signal });
        }
      }
    },
  });
}

/** What to do where a container did not take a command since it does not run. Pure. */
export function afterRefusal(row: Pick<ProjectRow, 'state' | 'idleFor'> | undefined): 'start' | 'wait' | 'give_up' {
  if (row?.state === 'stopped' && row.idleFor !== undefined) return 'start';
  // On its way down, or another process has just started it.
  return row?.state === 'running' ? 'wait' : 'give_up';
}

function isNotRunning(error: unknown): boolean {
  return error instanceof BerthError && error.code === 'container_not_running';
}
