import { agentFactsOf } from '../lifespan/lifespan';
import type { Progress } from '../log';
import { injectAtStart } from '../secrets/inject';
import type { InjectParts } from '../secrets/inject';
import type { ProjectsContext } from './context';
import { tellReady } from './ready-file';
import { isPrepared, startRecords } from './start-due';
import { writeProjectState } from './state-file';
import { runSteps } from './steps';

/** What the seam is given; `container` as it is since its last start. */
export type StartParts = InjectParts & Pick<ProjectsContext, 'log'>;

/** One thing that a start needs before its services may begin. It is done again after each start, so it looks before it acts. */
type StartNeed = (parts: StartParts, progress: Progress, signal?: AbortSignal) => Promise<void>;

/** In this order. What belongs here also has to be known to `hasStartNeeds`, or containers that need nothing would pay for it. */
const needs: readonly StartNeed[] = [injectAtStart];

/**
 * What has to be there before a container's services may begin, once a start: then the file that they wait for. A start
 * that has had it costs a look at a file of Berth's home; a container that needs nothing, nothing. Call it under the
 * project's lock.
 */
export async function prepareStart(parts: StartParts, progress: Progress, signal?: AbortSignal): Promise<void> {
  const { home, row, container } = parts;
  if (agentFactsOf(container) !== null) await (await import('../secrets/secrets')).askForGranted(parts);
  if (isPrepared(await startRecords(home, row.id), container)) return;
  const start = { container: container.id, started: container.startedAt };
  await writeProjectState(home, row.id, { prepared: { ...start, done: false } });
  for (const need of needs) await need(parts, progress, signal);
  await tellReady(parts.engine, container.id, signal);
  await writeProjectState(home, row.id, { prepared: { ...start, done: true } });
}

/**
 * All that a container needs after it began to run, whoever started it: what its services wait for, then the commands of
 * post_start that this start has not had yet. Call it under the project's lock.
 * @throws BerthError `post_start_failed`
 */
export async function eachStart(parts: StartParts, progress: Progress, signal?: AbortSignal): Promise<void> {
  await prepareStart(parts, progress, signal);
  await finishStart(parts, progress, signal);
}

/**
 * The second half of {@link eachStart}, for who has something to do between the two: the first one was done.
 * @throws BerthError `post_start_failed`
 */
export async function finishStart(parts: StartParts, progress: Progress, signal?: AbortSignal): Promise<void> {
  await runSteps(parts, 'post_start', progress, signal);
}
