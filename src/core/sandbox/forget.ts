import { recordedId } from './recorded';
import { forgetScript } from './recorder-script';
import { subshell } from './shells';
import type { Box } from './types';

/** Milliseconds after which records are taken away, many at once: nobody waits for it, and it costs as much as one. */
const laterMs = 500;

const waiting = new WeakMap<Box, Map<string, string[]>>();

/** Takes away the record of a command that has ended: where all of it was told and nobody can ask for it again. */
export function forgetRecorded(box: Box, id: string): void {
  const { name, user } = recordedId(id);
  const before = waiting.get(box);
  const byUser = before ?? new Map<string, string[]>();
  byUser.set(user, [...(byUser.get(user) ?? []), `${user}:${name}`]);
  if (before !== undefined) return;
  waiting.set(box, byUser);
  setTimeout(() => {
    waiting.delete(box);
    for (const [who, words] of byUser) {
      // What is left is taken away with all that is old.
      box.shells.ask(subshell(forgetScript, words), who === box.user ? {} : { user: who }).catch(() => undefined);
    }
  }, laterMs).unref();
}
