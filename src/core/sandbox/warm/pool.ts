import { existsSync } from 'node:fs';
import { isCancelled, messageOf } from '../../errors';
import type { Disposable } from '../../lifetime';
import { withLock } from '../../lock';
import type { Logger } from '../../log';
import type { ProjectRow } from '../../model';
import type { Record } from '../../projects/record';
import type { WarmClaim } from './claim';
import type { WarmParts } from './make';
import { planWarm, isServing } from './plan';
import { agentsDir, readGoing, readWaiting } from './records';

/** Containers that wait, ready, for agents to take them; there where the user's own settings say so alone. */
export interface WarmPool extends Disposable {
  /** From now on this process keeps the pool as the settings say, whenever no other is at it. */
  keep(): void;
  /** Makes it so once. @throws BerthError what making or removing a container throws */
  tend(signal?: AbortSignal): Promise<void>;
  /** See {@link WarmClaim}; null where none fits. */
  claim(claim: WarmClaim, signal?: AbortSignal): Promise<ProjectRow | null>;
}

/**
 * Milliseconds between two looks at the settings and the pool; until a template that failed is tried again; and after a
 * container was taken, whose first commands come before the making of the next.
 */
const pace = { look: 20_000, afterFailure: 600_000, afterClaim: 500 };

/** Costs nothing where the user has no settings for agents and never had. */
export function createWarmPool(parts: WarmParts & { readonly log: Logger; readonly record: Record }): WarmPool {
  const { home, projects, log, record } = parts;
  const life = new AbortController();
  const failed = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let tending: Promise<void> | undefined;

  const isThere = (): boolean => existsSync(home.agentsFile) || existsSync(agentsDir(home.dir));

  const tendNow = async (signal: AbortSignal): Promise<void> => {
    if (!isThere()) return;
    const { readAgentSettings } = await import('../agent-settings');
    const { warm, limits } = await readAgentSettings(home);
    const { tellEnds } = await import('./claim');
    await tellEnds(parts, signal);
    if (warm.length === 0 && (await readWaiting(home)).length + (await readGoing(home)).length === 0) return;
    await alone(home.locksDir, signal, async () => {
      const { makeWarm, discardWarm, finishGoing } = await import('./make');
      for (const slot of await readGoing(home)) await finishGoing(parts, slot, signal);
      for (;;) {
        const records = await readWaiting(home);
        const rows = await Promise.all(
          records.map(async ({ slot, project, ready }) => ({
            slot,
            row: ready ? await projects.look(project, signal) : null,
          })),
        );
        const serving = new Set(rows.flatMap(({ slot, row }) => (isServing(row) ? [slot] : [])));
        const now = Date.now();
        const due = warm.filter(({ template }) => (failed.get(template) ?? 0) <= now);
        const { goes } = planWarm(records, serving, warm, now);
        const [next] = planWarm(records, serving, due, now).missing;
        for (const { slot } of goes) await discardWarm(parts, slot, signal);
        if (next === undefined) return;
        const { template } = next.wish;
        try {
          if (await makeWarm(parts, next.wish, limits, signal)) continue;
          log.log('warn', `A container of ${template} for the warm pool is not fit to wait.`);
        } catch (error) {
          if (isCancelled(error)) throw error;
          log.log('warn', `A container of ${template} for the warm pool was not made: ${messageOf(error)}`);
        }
        failed.set(template, Date.now() + pace.afterFailure);
      }
    });
  };

  const tend = (): void => {
    tending ??= tendNow(life.signal)
      .catch((error: unknown) => {
        if (!isCancelled(error)) log.log('debug', `The warm pool was not tended: ${messageOf(error)}`);
      })
      .finally(() => (tending = undefined));
  };

  /** A place in the pool is filled while the agent goes on; where this process does not keep it, its end is told at least. */
  const soon = (): void => {
    const late = setTimeout(() => {
      if (timer !== undefined) tend();
      else import('./claim').then(({ tellEnds }) => tellEnds(parts, life.signal)).catch(() => undefined);
    }, pace.afterClaim);
    late.unref();
  };

  return {
    keep() {
      if (timer !== undefined || life.signal.aborted) return;
      timer = setInterval(tend, pace.look);
      timer.unref();
      tend();
    },
    tend: (signal) => tendNow(signal === undefined ? life.signal : AbortSignal.any([signal, life.signal])),
    async claim(claim, signal) {
      const began = performance.now();
      const { claimWarm } = await import('./claim');
      const row = await claimWarm(parts, claim, signal);
      if (row === null) return null;
      soon();
      void record(
        { project: row, template: row.template },
        () => Promise.resolve(),
        () => ({ kind: 'created', container: row.container, cause: `from the warm pool, in ${took(began)}` }),
      );
      return row;
    },
    dispose() {
      clearInterval(timer);
      life.abort();
    },
  };
}

const took = (began: number): string => `${Math.round(performance.now() - began)} ms`;

/** Does it where no other process is at it, and nothing else: who is at it sees what there is to do as well. */
async function alone(locksDir: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const busy = new AbortController();
  const either = AbortSignal.any([signal, busy.signal]);
  try {
    await withLock(locksDir, 'warm-pool', work, either, () => busy.abort());
  } catch (error) {
    if (signal.aborted || !busy.signal.aborted || !isCancelled(error)) throw error;
  }
}
