import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ContainerDetail, Engine } from '../engine/types';
import { BerthError } from '../errors';
import type { Progress } from '../log';
import type { LifecyclePhase, LifecycleStep, ProjectRow } from '../model';
import { lineTarget } from './context';
import type { ProjectsContext } from './context';
import { commandsOf } from './made-spec';
import { readProjectState, writeProjectState } from './state-file';
import { freshSteps, storedSteps, withStep } from './step-records';
import { Tail } from './tail';

type StepParts = Pick<ProjectsContext, 'home' | 'runner' | 'secrets'> & {
  readonly engine: Engine;
  readonly row: Pick<ProjectRow, 'id' | 'alias' | 'user' | 'workspacePath'>;
  /** As it is since its last start. */
  readonly container: ContainerDetail;
};

/**
 * Runs the commands of a phase that have not succeeded yet, one after the other, as the user in the workspace. Each is
 * marked done only after it succeeded, so that a repeat goes on at the one that failed; how each went is kept for who asks.
 * Call it under the project's lock.
 * @throws BerthError `post_create_failed`, `post_start_failed`; the container stays and can be used
 */
export async function runSteps(
  parts: StepParts,
  phase: LifecyclePhase,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const { home, row, container } = parts;
  const state = await readProjectState(home, row.id);
  let steps = storedSteps(state, phase, container) ?? freshSteps(phase, commandsOf(container, phase));
  const keep = async (step?: LifecycleStep): Promise<void> => {
    if (step !== undefined) steps = withStep(steps, step);
    await writeProjectState(home, row.id, await recordOf(parts, phase, steps));
  };
  const left = steps.filter((step) => step.state !== 'done');
  if (left.length === 0) {
    // That a container is set up has to be known, also where that took no command; of a start without any nobody asks.
    if (phase === 'post_create' && storedSteps(state, phase, container) === null) await keep();
    return;
  }
  const runner = await parts.runner(parts.engine, lineTarget(row, container));
  for (const step of left) {
    const at = new Date().toISOString();
    await keep({ ...step, state: 'running', at, exitCode: null, ms: null, output: '' });
    progress({ kind: 'line', source: 'post_create', stream: 'stdout', text: `$ ${step.command}` });
    const tail = new Tail();
    try {
      const running = await runner.run({ argv: ['/bin/sh', '-c', step.command] }, signal);
      const tell = (stream: 'stdout' | 'stderr', from: Readable): void =>
        void createInterface({ input: from, crlfDelay: Infinity }).on('line', (line) => {
          // What is kept of it lies on a disk.
          const text = parts.secrets.known.redact(line);
          tail.add(text);
          progress({ kind: 'line', source: 'post_create', stream, text });
        });
      tell('stdout', running.stdout);
      tell('stderr', running.stderr);
      const { code, ms } = await running.exit;
      signal?.throwIfAborted();
      const went = { ...step, at, exitCode: code, ms: Math.round(ms), output: tail.text };
      await keep({ ...went, state: code === 0 ? 'done' : 'failed' });
      if (code !== 0) throw failed(went);
    } catch (error) {
      // Cancelled, or lost on the way: it did not fail, and is run again.
      if (steps.some(({ index, state: now }) => index === step.index && now === 'running')) await keep(step);
      throw error;
    }
  }
}

function failed({ phase, index, of, exitCode, command }: LifecycleStep): BerthError {
  return new BerthError(
    phase === 'post_create' ? 'post_create_failed' : 'post_start_failed',
    `${phase} command ${index} of ${of} failed with exit code ${exitCode ?? -1}: ${command}`,
    { hint: 'The container runs and can be used; mend the cause, and `berth up` goes on at this command.' },
  );
}

async function recordOf(
  { home, row, container }: StepParts,
  phase: LifecyclePhase,
  steps: readonly LifecycleStep[],
): Promise<Parameters<typeof writeProjectState>[2]> {
  const { steps: before } = await readProjectState(home, row.id);
  const record = { container: container.id, started: container.startedAt, steps };
  const done = steps.filter(({ state }) => state === 'done').length;
  return {
    steps: { ...before, [phase]: record },
    ...(phase === 'post_create'
      ? { postCreate: { container: container.id, done, of: steps.length, user: row.user } }
      : {}),
  };
}
