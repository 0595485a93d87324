import type { ContainerSummary } from '../engine/types';
import { containerName, roleOfName } from './identity';

/** One step that brings a project's containers back to the rule: at most one, and it is the current one. */
export type RepairStep =
  | { readonly kind: 'remove'; readonly container: string }
  | { readonly kind: 'rename'; readonly container: string; readonly name: string };

/**
 * What a crash in the middle of a replacement left to do, told by names alone. The switch renames current to `prev`,
 * `next` to current, starts it, and only then removes `prev`: so without a current one the former comes back, a `next`
 * beside a current or former one was never used, and a `prev` beside a current one that has run is what was replaced.
 * Pure; the steps are in order.
 */
export function repairSteps(containers: readonly ContainerSummary[], name: string, id: string): RepairStep[] {
  const role = (wanted: string): ContainerSummary | undefined =>
    containers.find((container) => roleOfName(container.name, name, id) === wanted);
  const [current, next, prev] = [role('current'), role('next'), role('prev')];
  const steps: RepairStep[] = [];
  if (next !== undefined) steps.push({ kind: 'remove', container: next.id });
  if (prev === undefined) return steps;
  if (current === undefined) {
    steps.push({ kind: 'rename', container: prev.id, name: containerName(name, id) });
  } else if (current.state === 'created') {
    // The new one never ran, so nothing can be in it: the former is the one that was in use.
    steps.push({ kind: 'remove', container: current.id });
    steps.push({ kind: 'rename', container: prev.id, name: containerName(name, id) });
  } else {
    steps.push({ kind: 'remove', container: prev.id });
  }
  return steps;
}
