import { setTimeout as delay } from 'node:timers/promises';
import { BerthError, isCancelled, messageOf } from '../errors';
import type { ErrorCode } from '../errors';
import { createRequestNote } from '../idle/note-request';
import type { Line } from '../line/types';
import type { ProjectRow } from '../model';
import type { Projects } from '../projects/types';
import type { Reach } from './carry';

/** Milliseconds. */
export interface Patience {
  /** How long a connection waits for a container that restarts. */
  readonly forContainer: number;
  /** How long after a start a service may take until it listens. */
  readonly forService: number;
  /** Between two tries. */
  readonly between: number;
}

const usual: Patience = { forContainer: 20_000, forService: 10_000, between: 150 };

/** What ends by itself where a container restarts, is made anew, or its engine comes back. */
const passing: readonly ErrorCode[] = [
  'container_not_running',
  'container_gone',
  'line_failed',
  'line_lost',
  'engine_unreachable',
  'engine_error',
];

/**
 * Connections to ports of a project's container, whichever that is just then. A container that restarts or is replaced is
 * waited for in place of refusing; that nothing listens is told at the second try, unless the container has only just
 * started.
 */
export function createReach(
  project: string,
  projects: Pick<Projects, 'snapshot' | 'line'>,
  patience: Patience = usual,
): Reach {
  let known: { readonly container: string; readonly line: Line } | null = null;

  const noteRequest = createRequestNote();

  const lineTo = async (row: ProjectRow | undefined, signal: AbortSignal): Promise<Line> => {
    if (row?.container == null) throw new BerthError('container_gone', 'The project has no container.');
    // Asking for the Line looks at the engine: once a container is enough, since a Line heals by itself.
    if (known?.container === row.container && known.line.state !== 'closed') return known.line;
    const line = await projects.line(row, signal);
    known = { container: row.container, line };
    return line;
  };

  return async (port, signal) => {
    const started = performance.now();
    let running: number | null = null;
    for (let waited = false; ;) {
      const row = projects.snapshot.rows.find(({ id }) => id === project);
      try {
        const line = await lineTo(row, signal);
        const forwarded = await line.forward(port, signal);
        noteRequest(line);
        return forwarded;
      } catch (error) {
        signal.throwIfAborted();
        if (!isPassing(error)) throw error;
        const now = performance.now();
        if (isRefused(error)) {
          running ??= now;
          // Asked twice at least: as a container stops, its sshd may outlive the service by a moment.
          const patient = waited || startedLately(row, patience.forService);
          if (now - running > (patient ? patience.forService : 0)) throw error;
        } else {
          known = null;
          running = null;
          waited = true;
          if (now - started > patience.forContainer) throw error;
        }
      }
      await delay(patience.between, undefined, { signal });
    }
  };
}

/** A Line that was let go of with its container ends what waits for it as if it had been cancelled. */
function isPassing(error: unknown): boolean {
  return isCancelled(error) || (error instanceof BerthError && passing.includes(error.code));
}

/** The container's own answer that nothing listens on a port, in its sshd's words. */
function isRefused(error: unknown): boolean {
  return error instanceof BerthError && error.code === 'line_failed' && /refused/i.test(messageOf(error.cause));
}

function startedLately(row: ProjectRow | undefined, within: number): boolean {
  const since = Date.parse(row?.changed ?? row?.created ?? '');
  return Number.isFinite(since) && Date.now() - since < within;
}
