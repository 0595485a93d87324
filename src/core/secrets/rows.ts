import type { ContainerDetail } from '../engine/types';
import type { BerthHome } from '../home';
import type { SecretRow } from '../model';
import type { FileGlance } from '../projects/file-glance';
import { specAtMaking } from '../projects/made-spec';
import { agreedSpec, rowsOf } from './record';
import { readSecretsRecord } from './record-file';

/**
 * What is known of a container's secrets, by a file of Berth's home. Where `startedAt` is given, what was known of another
 * start does not count: the secrets went with it.
 */
export async function secretsOf(
  home: BerthHome,
  project: string,
  container: Pick<ContainerDetail, 'id' | 'labels'> & Partial<Pick<ContainerDetail, 'startedAt'>>,
  glance?: FileGlance,
): Promise<readonly SecretRow[]> {
  const record = await readSecretsRecord(home, project, glance);
  return rowsOf(agreedSpec(specAtMaking(container), record, container), record, container);
}
