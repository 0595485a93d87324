import { isHarmless } from '../../core/loss/types';
import { lossLines } from '../../core/loss/words';
import type { ProjectRow } from '../../core/model';
import type { RestorePlan } from '../../core/snapshots/types';
import { volumesText } from './snapshot-look';

/** Pure: what is asked before a container is put back to a snapshot. */
export function restoreQuestion(
  { name, state }: Pick<ProjectRow, 'name' | 'state'>,
  { snapshot, loss }: Pick<RestorePlan, 'snapshot' | 'loss'>,
): { readonly question: string; readonly detail: string; readonly withVolumes: boolean } {
  const aside = 'Put aside with the container of now:';
  const withVolumes = snapshot.volumes.length > 0;
  const detail = [
    ...(snapshot.note === null ? [] : [`“${snapshot.note}”`]),
    ...(isHarmless(loss) ? [`${aside} nothing of its own.`] : [aside, ...lossLines(loss).map((line) => `   ${line}`)]),
    'It is kept for a while: Roll Back returns to it.',
    ...(state === 'running' ? ['What runs in it ends.'] : []),
    'The workspace and the volumes stay as they are.',
    ...(withVolumes
      ? [
          `Restore with Volumes brings back ${volumesText(snapshot.volumes)} as well, as new volumes; Roll Back returns to those of now.`,
        ]
      : []),
  ];
  return { question: `Put ${name} back to the snapshot ${snapshot.name}?`, detail: detail.join('\n'), withVolumes };
}
