import type { BerthHome } from '../home';
import { secretsSpec } from '../secrets/agent-grants';
import { grantsFor, isAgents, type OfProject } from '../secrets/agent-wishes';
import type { ProjectRow } from '../model';
import type { Desired } from './desired';
import { orderedJson } from './spec-diff';
import type { ProjectState } from './state-file';
import type { UpOptions } from './types';

/**
 * What is written down of who had a project's container made. A container that a person has come to ask for has what its
 * template declares from then on. `isNew`: it has none yet. Pure.
 */
export function makerOf(
  { agent, byAgent = false }: Pick<UpOptions, 'agent' | 'byAgent'>,
  before: Pick<ProjectState, 'madeByAgent'>,
  isNew: boolean,
): Pick<ProjectState, 'agent' | 'madeByAgent'> {
  const madeByAgent = byAgent && (isNew || before.madeByAgent === true);
  return {
    ...(agent === undefined || !isNew ? {} : { agent }),
    ...(madeByAgent === (before.madeByAgent ?? false) ? {} : { madeByAgent }),
  };
}

/**
 * What a folder's container is to be. An agent's has the secrets that the user granted to agents in place of its template's,
 * and its services wait for those. `found`: the container that it has.
 */
export async function asGranted(
  home: BerthHome,
  project: OfProject,
  found: Pick<ProjectRow, 'agent'> | null,
  desired: Desired,
): Promise<Desired> {
  if (found?.agent === undefined && !(await isAgents(home, project.id))) return desired;
  const granted = await grantsFor(home, project);
  const secrets = secretsSpec(granted.map(({ wish }) => wish));
  const spec = { ...desired.resolved.spec, secrets };
  return { ...desired, resolved: { ...desired.resolved, spec }, spec: orderedJson(spec) };
}
