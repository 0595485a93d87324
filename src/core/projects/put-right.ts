import type { ContainerSummary, Engine } from '../engine/types';
import type { Logger } from '../log';
import { labels } from '../model';
import type { Kind } from '../model';
import { isProjectContainer, listProjectContainers } from './containers';
import { repairSteps } from './repair';

/**
 * Finishes or undoes what a process that died in the middle of a refresh or a rollback left. Call it under the project's
 * lock: what another process is in the middle of looks the same. One round trip where there is nothing to do.
 * @returns the project's containers as they are afterwards
 */
export async function putRight(
  { engine, log, owner }: { readonly engine: Engine; readonly log: Logger; readonly owner: string },
  project: string,
  signal?: AbortSignal,
): Promise<readonly ContainerSummary[]> {
  const all = await engine.listContainers({ labels: { [labels.owner]: owner, [labels.project]: project } }, signal);
  const trials = all.filter((container) => container.labels[labels.kind] === ('canary' satisfies Kind));
  for (const { id } of trials) await engine.removeContainer(id, { force: true }, signal);
  const containers = all.filter(isProjectContainer);
  const name = containers[0]?.labels[labels.name] ?? '';
  const steps = repairSteps(containers, name, project);
  for (const step of steps) {
    log.log('warn', `Putting right a half-done switch of ${name}: ${step.kind} ${step.container}`);
    if (step.kind === 'remove') await engine.removeContainer(step.container, { force: true }, signal);
    else if (step.kind === 'rename') await engine.renameContainer(step.container, step.name, signal);
    else await engine.startContainer(step.container, signal);
  }
  return steps.length === 0 ? containers : listProjectContainers(engine, owner, project, signal);
}
