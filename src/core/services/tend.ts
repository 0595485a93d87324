import { runAsRoot } from '../engine/run-as-root';
import type { ContainerDetail, Engine } from '../engine/types';
import type { ProjectRow } from '../model';
import { retryCommand, unsupervisedCode } from './control';
import { unsupervised } from './services';

/**
 * Once a container is set up: starts again what died before the commands of post_create had brought what it needs, and looks
 * whether there is a supervisor at all. One round trip, and none for a container without services.
 * @throws BerthError `service_failed` where the image has no supervisor; the container runs and can be used
 */
export async function tendServices(
  {
    engine,
    row,
    container,
  }: { readonly engine: Engine; readonly row: ProjectRow; readonly container: ContainerDetail },
  signal?: AbortSignal,
): Promise<void> {
  if (row.services.length === 0) return;
  const { code } = await runAsRoot(engine, container.id, retryCommand, signal);
  if (code === unsupervisedCode) throw unsupervised(row.name);
}
