import type { ContainerDetail } from '../engine/types';
import type { LifecyclePhase, LifecycleStep } from '../model';
import type { ProjectState } from './state-file';

/** How the commands of one phase went: of which container and, for what runs at each start, of which start. */
export interface PhaseRecord {
  readonly container: string;
  readonly started: string | null;
  readonly steps: readonly LifecycleStep[];
}

const phases: readonly LifecyclePhase[] = ['post_create', 'post_start'];

/** Pure: steps of which none has run. */
export function freshSteps(phase: LifecyclePhase, commands: readonly string[]): readonly LifecycleStep[] {
  return commands.map((command, index) => ({
    ...{ phase, index: index + 1, of: commands.length, command },
    ...{ state: 'waiting', exitCode: null, ms: null, at: null, output: '' },
  }));
}

/** Pure: what is known of this container's steps, for post_start of its last start; null where nothing is. */
export function storedSteps(
  { steps }: Pick<ProjectState, 'steps'>,
  phase: LifecyclePhase,
  container: Pick<ContainerDetail, 'id' | 'startedAt'>,
): readonly LifecycleStep[] | null {
  const record = steps?.[phase];
  if (record?.container !== container.id) return null;
  return phase === 'post_create' || record.started === container.startedAt ? record.steps : null;
}

/** Pure: the steps with this one in its place. */
export function withStep(steps: readonly LifecycleStep[], step: LifecycleStep): readonly LifecycleStep[] {
  return steps.map((one) => (one.index === step.index ? step : one));
}

/** Pure: all that is known of a container's steps, in the order in which they run. */
export function stepsOf({ steps }: Pick<ProjectState, 'steps'>, container: string | null): readonly LifecycleStep[] {
  return phases.flatMap((phase) => (steps?.[phase]?.container === container ? steps[phase].steps : []));
}

/** Pure: all of a container's steps while not all have succeeded; empty once they have. */
export function openSteps(state: Pick<ProjectState, 'steps'>, container: string): readonly LifecycleStep[] {
  const steps = stepsOf(state, container);
  return steps.every((step) => step.state === 'done') ? [] : steps;
}

/** Pure: what a row says of a step that failed; null where none did. */
export function troubleIn(steps: readonly LifecycleStep[]): string | null {
  const failed = steps.find((step) => step.state === 'failed');
  if (failed === undefined) return null;
  return `${failed.phase} ${failed.index} of ${failed.of} failed: exit code ${failed.exitCode ?? 'unknown'}`;
}
