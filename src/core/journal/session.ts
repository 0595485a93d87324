import type { Actor } from './entry';
import type { Journal } from './journal';

/** Whose session it is, and by which road. */
export interface SessionAbout {
  readonly actor: Actor;
  readonly project: { readonly id: string; readonly name: string };
  readonly container: string | null;
  readonly template: string | null;
  readonly road: 'ssh' | 'shell' | 'terminal';
}

/**
 * Writes down that a session began. A journal that cannot be written holds no session up.
 * @returns writes down its end, once, however often it is called
 */
export function beginSession(journal: Pick<Journal, 'append'>, about: SessionAbout): () => Promise<void> {
  const { actor, project, container, template, road } = about;
  const began = performance.now();
  const write = (kind: 'session_started' | 'session_ended', ms: number): Promise<void> =>
    journal
      .append({ at: new Date().toISOString(), actor, kind, project, container, template, cause: road, ms, code: null })
      .catch(() => undefined);
  const started = write('session_started', 0);
  let ended: Promise<void> | undefined;
  return () => (ended ??= started.then(() => write('session_ended', Math.round(performance.now() - began))));
}
