import { BerthError, isCancelled, messageOf } from '../errors';
import type { Actor, HappeningKind, JournalEntry } from '../journal/entry';
import type { Journal } from '../journal/journal';
import type { Logger } from '../log';
import type { ProjectIdentity } from '../model';

/** What is to be written of an action that succeeded. */
export interface Told {
  readonly kind: HappeningKind;
  readonly project?: Pick<ProjectIdentity, 'id' | 'name'>;
  readonly container?: string | null;
  readonly template?: string;
  readonly cause?: string;
}

/** What an action is about; asked for only where that failed, when it takes a look to know. */
export type About = Pick<Told, 'project' | 'template'>;

/** Does something and writes down what came of it. */
export type Record = <T>(
  about: About | (() => Promise<About>),
  work: () => Promise<T>,
  /** Null where nothing changed. */
  told: (result: T) => Told | null,
) => Promise<T>;

/**
 * Writes each action's end into the journal: what changed, or why it failed. What was cancelled changed nothing worth
 * telling. A journal that cannot be written is told in the log and never fails the action.
 */
export function recorder(journal: Journal, actor: Actor, log: Logger, now: () => number = Date.now): Record {
  const write = async (ms: number, told: Told, code: string | null): Promise<void> => {
    const { kind, project, container = null, template = null, cause = null } = told;
    const entry: JournalEntry = {
      at: new Date(now()).toISOString(),
      actor,
      kind,
      project: project === undefined ? null : { id: project.id, name: project.name },
      container,
      template: template === '' ? null : template,
      cause,
      ms: Math.round(ms),
      code,
    };
    await journal.append(entry).catch((error: unknown) => {
      log.log('warn', `The journal cannot be written: ${messageOf(error)}`, error);
    });
  };
  return async (about, work, told) => {
    const began = performance.now();
    const known = typeof about === 'function' ? {} : about;
    try {
      const result = await work();
      const change = told(result);
      if (change !== null) await write(performance.now() - began, { ...known, ...change }, null);
      return result;
    } catch (error) {
      const code = error instanceof BerthError ? error.code : 'internal';
      // One that waits goes on waiting, and may be asked again and again.
      if (!isCancelled(error) && code !== 'refresh_waits') {
        const ms = performance.now() - began;
        const named = typeof about === 'function' ? await about().catch(() => null) : about;
        if (named !== null) await write(ms, { ...named, kind: 'failed', cause: messageOf(error) }, code);
      }
      throw error;
    }
  };
}
