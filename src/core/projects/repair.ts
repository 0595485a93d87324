import type { ContainerSummary } from '../engine/types';
import { labels } from '../model';
import { byRole } from './containers';
import { containerName } from './identity';

/** One step that brings a project's containers back to the rule: one of them is current, and none is on its way. */
export type RepairStep =
  | { readonly kind: 'remove' | 'start'; readonly container: string }
  | { readonly kind: 'rename'; readonly container: string; readonly name: string };

/**
 * What a crash in the middle of a switch or a rollback left to do, told by names and states alone.
 *
 * A switch renames the current one `prev`, stops it, renames `next` to current and starts it. A rollback renames the current
 * one `undo`, stops it, renames `prev` to current and starts it. So a `next` was never in use and goes. Without a current one
 * whichever still runs is current again, else the `prev` takes its place: that undoes a switch and finishes a rollback. A
 * current one that never ran goes too, and the `prev` comes back. A `prev` or `undo` beside a current one that has run is
 * what can be gone back to, and stays. Whoever was stopped only for the switch is started again.
 * Pure; the steps are in order.
 */
export function repairSteps(containers: readonly ContainerSummary[], name: string, id: string): RepairStep[] {
  const { current, next, prev, undo } = byRole(containers, { name, id });
  const steps: RepairStep[] = [];
  const remove = ({ id: container }: ContainerSummary) => steps.push({ kind: 'remove', container });
  const comeBack = ({ id: container }: ContainerSummary) =>
    steps.push({ kind: 'rename', container, name: containerName(name, id) }, { kind: 'start', container });
  if (next !== undefined) remove(next);
  if (current === undefined) {
    // With no former one a rollback was cut short before anything could take the place of what it put aside.
    const back = [prev, undo].find((one) => one?.state === 'running') ?? prev ?? undo;
    if (back !== undefined) comeBack(back);
  } else if (current.state === 'created' && prev !== undefined) {
    remove(current);
    comeBack(prev);
  } else if (current.state === 'exited' && next !== undefined) {
    steps.push({ kind: 'start', container: current.id });
  }
  return steps;
}

/**
 * Whether a switch or a rollback is under way, or was cut short: then the current one is not to be started by whoever
 * connects, but waited for. Pure.
 */
export function isSwitching(containers: readonly ContainerSummary[], name: string, id: string): boolean {
  return repairSteps(containers, name, id).some(({ kind }) => kind !== 'remove');
}

/**
 * How it stands with a project's other containers. `former`: the generation of the one that a rollback would go back to;
 * `halfDone`: a refresh or a rollback is under way, or was cut short. Pure.
 */
export function standing(
  containers: readonly ContainerSummary[],
  name: string,
  id: string,
): { readonly former: number | null; readonly halfDone: boolean } {
  const { prev, undo } = byRole(containers, { name, id });
  const other = prev ?? undo;
  return {
    former: other === undefined ? null : Number(other.labels[labels.generation]) || 1,
    halfDone: repairSteps(containers, name, id).length > 0,
  };
}
