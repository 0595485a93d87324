import type { ContainerDetail } from '../engine/types';
import type { Progress } from '../log';
import { areSecretsDue, isOtherWish } from '../secrets/due';
import { askForSecrets } from '../secrets/secrets';
import type { ProjectsParts } from './context';
import { prepareStart } from './each-start';
import type { StartParts } from './each-start';
import { specAtMaking } from './made-spec';
import { hadItsStart, startRecords } from './start-due';
import type { StartRecords } from './start-due';
import { writeProjectState } from './state-file';

type Asked = Pick<ProjectsParts, 'home' | 'secrets' | 'wantedSecrets'>;

/** Whether `up` finds nothing to do for this start of a container. Reads two small files, asks no engine. */
export async function isLeftAsItIs(parts: Asked, project: string, container: ContainerDetail): Promise<boolean> {
  const records = await startRecords(parts.home, project);
  // It is as it was made, but for what its template declares: now a person asks for that.
  if (records.state.madeByAgent === true) return false;
  const wanted = parts.wantedSecrets(container.id);
  if (wanted === null && isHeldBack(records.secrets, container)) return false;
  return hadItsStart(records, container) && !isDue(parts, records, container, wanted);
}

/** As {@link prepareStart}, for a person who asked with the template as it is now: what it has come to declare is brought in. */
export async function prepareAsked(
  parts: Asked & StartParts,
  spec: { readonly secrets: object },
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const { home, row, container } = parts;
  const due = isDue(parts, await startRecords(home, row.id), container, spec.secrets);
  if (due) {
    await askForSecrets(parts, spec);
    const start = { container: container.id, started: container.startedAt };
    await writeProjectState(home, row.id, { prepared: { ...start, done: false } });
  }
  await prepareStart(parts, progress, signal);
}

/** Whether it has other secrets than its template declared when it was made: nobody had asked for those yet. */
function isHeldBack(record: StartRecords['secrets'], container: ContainerDetail): boolean {
  const agreed = record?.container === container.id ? record.agreed : undefined;
  return (
    agreed !== undefined && isOtherWish({ container, made: specAtMaking(container), record: null, wanted: agreed })
  );
}

function isDue({ secrets }: Asked, records: StartRecords, container: ContainerDetail, wanted: unknown): boolean {
  const made = specAtMaking(container);
  return areSecretsDue({ container, made, record: records.secrets, wanted, env: secrets.env });
}
