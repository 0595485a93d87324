import type { ContainerDetail } from '../engine/types';
import type { BerthHome } from '../home';
import { agreedSpec } from '../secrets/record';
import type { SecretsRecord } from '../secrets/record';
import { readSecretsRecord } from '../secrets/record-file';
import { commandsOf, specAtMaking } from './made-spec';
import { isRecord } from './spec-diff';
import { readProjectState } from './state-file';
import type { ProjectState } from './state-file';
import { storedSteps } from './step-records';

/** A start of a container: what was done for it is not done for the next. */
export type OneStart = Pick<ContainerDetail, 'id' | 'startedAt' | 'labels'>;

/** Whether a spec asks for something that each start needs before its services may begin: they wait for it. Pure. */
export function hasStartNeeds(spec: Readonly<Record<string, unknown>>): boolean {
  const { secrets } = spec;
  return isRecord(secrets) && Object.keys(secrets).length > 0;
}

/** All that is written down of a project's last start. */
export interface StartRecords {
  readonly state: Pick<ProjectState, 'prepared' | 'steps' | 'madeByAgent'>;
  readonly secrets: SecretsRecord | null;
}

/** Reads them; two small files of Berth's home. */
export async function startRecords(home: BerthHome, project: string): Promise<StartRecords> {
  const [state, secrets] = await Promise.all([readProjectState(home, project), readSecretsRecord(home, project)]);
  return { state, secrets };
}

/** Whether this start has had what it needs before its services may begin. Pure. */
export function isPrepared({ state, secrets }: StartRecords, container: OneStart): boolean {
  const made = specAtMaking(container);
  // By what it was made with its services wait, also where nobody wants secrets in it any more.
  const waits = hasStartNeeds(made) || (secrets?.container === container.id && secrets.waits === true);
  if (!waits && !hasStartNeeds(agreedSpec(made, secrets, container))) return true;
  return isOf(state.prepared, container) && state.prepared?.done === true;
}

/** Whether this start has had all that each start needs: also the commands of post_start. Pure; asks nobody. */
export function hadItsStart(records: StartRecords, container: OneStart): boolean {
  if (!isPrepared(records, container)) return false;
  const commands = commandsOf(container, 'post_start').length;
  const steps = storedSteps(records.state, 'post_start', container) ?? [];
  return steps.filter((step) => step.state === 'done').length === commands;
}

/** Whether somebody at least began with it: what failed is for a person to repeat, not for every command. Pure. */
export function wasBegun(records: StartRecords, container: OneStart): boolean {
  const { state } = records;
  if (!isPrepared(records, container) && !isOf(state.prepared, container)) return false;
  return commandsOf(container, 'post_start').length === 0 || storedSteps(state, 'post_start', container) !== null;
}

function isOf(record: ProjectState['prepared'], { id, startedAt }: OneStart): boolean {
  return record?.container === id && record.started === startedAt;
}
