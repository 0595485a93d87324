import type { ReasonCode } from '../model';
import type { Decisions, HealthBoard } from './board';
import type { Snoozes } from './verdict';

/** How long *Later* puts a reason off, in milliseconds. */
export const usualSnoozeMs = 24 * 3_600_000;

/** The marks by which it is known that a person was told of a reason. */
const toldOf = (code: ReasonCode): string => `told ${code}`;

/** Decisions with a reason put off for so long, or no longer put off at all (0). When it is over, it is told anew. Pure. */
export function withSnooze({ snoozes, marks }: Decisions, code: ReasonCode, forMs: number, now: number): Decisions {
  const without = <T>(all: Readonly<Record<string, T>>, key: string): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([known]) => known !== key));
  const others: Snoozes = without(snoozes, code);
  const until = new Date(now + forMs).toISOString();
  return { snoozes: forMs > 0 ? { ...others, [code]: until } : others, marks: without(marks, toldOf(code)) };
}

/** Puts a reason off for one container, for all processes. */
export async function snooze(
  board: HealthBoard,
  container: string,
  code: ReasonCode,
  forMs: number,
  now = Date.now(),
): Promise<void> {
  await board.decide(container, (before) => ({ after: withSnooze(before, code, forMs, now), result: undefined }), now);
}

/** True for the one process, of all that ask, that is to tell a person of a reason of a container. */
export function claimToast(board: HealthBoard, container: string, code: ReasonCode): Promise<boolean> {
  return claim(board, container, toldOf(code));
}

/** True for the first who asks for this mark of this container, whichever process it is. */
export function claim(board: HealthBoard, container: string, mark: string, now = Date.now()): Promise<boolean> {
  return board.decide(
    container,
    (before) => {
      if (before.marks[mark] !== undefined) return { after: before, result: false };
      return { after: { ...before, marks: { ...before.marks, [mark]: new Date(now).toISOString() } }, result: true };
    },
    now,
  );
}
