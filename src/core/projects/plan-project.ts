import { lossPreview } from '../loss/preview';
import type { ProjectIdentity } from '../model';
import { labels } from '../model';
import { listProjectContainers } from './containers';
import type { ProjectsParts } from './context';
import { desiredFor } from './desired';
import { realFolder } from './folders';
import { planDifferences, strongest } from './plan';
import { hostSources } from './plan-mounts';
import { representative } from './rows';
import { readProjectState } from './state-file';
import type { ProjectPlan } from './types';

/**
 * Compares a project's container with what its folder asks for now. Changes nothing.
 * @throws BerthError `folder_not_found`, `template_invalid`, `template_not_found`
 */
export async function planProject(
  parts: ProjectsParts,
  project: ProjectIdentity,
  signal?: AbortSignal,
): Promise<ProjectPlan> {
  const engine = await parts.connection.fresh(signal);
  const state = await readProjectState(parts.home, project.id);
  const folder = await realFolder(state.folder ?? project.folder);
  const [desired, containers] = await Promise.all([
    desiredFor(parts.templates, engine, folder, state.template),
    listProjectContainers(engine, await parts.home.owner(), project.id, signal),
  ]);
  const shown = representative(containers);
  const container = shown === null ? null : await engine.inspectContainer(shown.id, signal);
  const about = {
    project: { id: project.id, name: container?.labels[labels.name] ?? project.name, folder },
    template: desired.resolved.name,
    reason: desired.reason,
  };
  if (container === null) return { ...about, class: 'create', differences: [], loss: null };
  const { spec, image, resolved } = desired;
  const loss = lossPreview(engine, container, signal);
  loss.catch(() => undefined); // Waited for below, whatever is thrown before.
  const differences = planDifferences({
    container,
    asked: { spec, image, template: resolved.name, resources: resolved.spec.resources },
    folder,
    engineCpus: engine.info.cpus,
    hostSources: await hostSources(resolved, folder, engine.info),
  });
  const placed = differences.map((one) => {
    const origin = resolved.origins.get(one.path.startsWith('metadata.') ? one.path : `spec.${one.path}`);
    return origin === undefined ? one : { ...one, origin };
  });
  return { ...about, class: strongest(placed), differences: placed, loss: await loss };
}
