import type { ContainerDetail, Engine } from '../engine/types';
import { isCancelled } from '../errors';
import type { Line } from '../line/types';

/** How often a container is followed that is replaced by another while it is being connected to. */
const attempts = 3;

/** What a container is found by, and its Line. */
export interface LineWays {
  /** The project's current container, which runs: waits while one is being switched for another. */
  readonly running: () => Promise<{ readonly engine: Engine; readonly container: ContainerDetail }>;
  readonly lineOf: (container: ContainerDetail) => Promise<Line>;
}

/**
 * The connected Line to whichever container is current by then: one that is taken away while it is being connected to makes
 * the connection late, and no failure, since nothing was run. Why a container that stays cannot be connected to is told by
 * what is asked of its Line.
 */
export async function connectedLine({ running, lineOf }: LineWays, signal?: AbortSignal): Promise<Line> {
  for (let attempt = 1; ; attempt += 1) {
    const { engine, container } = await running();
    const line = await lineOf(container);
    try {
      await line.connect(signal);
      return line;
    } catch (error) {
      if (isCancelled(error) && signal?.aborted === true) throw error;
      if (attempt === attempts || !(await isReplaced(engine, container, signal))) return line;
    }
  }
}

/** Whether a container that was the current one runs no more, or is about to be switched for another. */
export async function isReplaced(
  engine: Pick<Engine, 'inspectContainer'>,
  { id, name }: Pick<ContainerDetail, 'id' | 'name'>,
  signal?: AbortSignal,
): Promise<boolean> {
  const now = await engine.inspectContainer(id, signal);
  return now?.state !== 'running' || now.name !== name;
}
