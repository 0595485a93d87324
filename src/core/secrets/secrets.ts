import type { ContainerDetail, Engine } from '../engine/types';
import { BerthError } from '../errors';
import type { ProjectRow, SecretRow } from '../model';
import type { ProjectsParts } from '../projects/context';
import { desiredFor } from '../projects/desired';
import { containerGone } from '../projects/rows';
import { tellReady } from '../projects/ready-file';
import { specAtMaking } from '../projects/made-spec';
import { isPrepared, startRecords } from '../projects/start-due';
import { readProjectState } from '../projects/state-file';
import { secretsSpec } from './agent-grants';
import { agentWishes } from './agent-wishes';
import { declaredSecrets } from './declared';
import { byItself, isOtherWish } from './due';
import { inject } from './inject';
import { agreedSpec } from './record';
import { readSecretsRecord, whenLastRead, writeSecretsRecord } from './record-file';
import { secretsOf } from './rows';
import type { SecretWish } from './types';

export interface SecretsRefresh {
  /** The secrets to read anew; all where left out. */
  readonly names?: readonly string[];
  /** Nobody asked: what the template has come to declare since a person last did is left alone. */
  readonly byItself?: boolean;
  /** Does nothing where any process has read them within this many milliseconds. */
  readonly notWithinMs?: number;
}

/**
 * Reads a running container's secrets at their sources once more and brings in what changed, without a restart: commands
 * and shells that start from then on have it. Takes no lock, so it also works while `up` runs.
 * @throws BerthError `container_not_running`, `container_gone`, `secret_failed`, `bad_usage` for a name that is no secret of the template
 */
export async function refreshSecrets(
  parts: ProjectsParts,
  row: ProjectRow,
  options: SecretsRefresh = {},
  signal?: AbortSignal,
): Promise<readonly SecretRow[]> {
  const read = await whenLastRead(parts.home, row.id);
  if (options.notWithinMs !== undefined && Date.now() - read < options.notWithinMs) return row.secrets;
  const engine = await parts.connection.get(signal);
  const container = await engine.inspectContainer(row.container ?? row.containerName, signal);
  if (container === null) throw containerGone(row.name);
  if (container.state !== 'running') {
    throw new BerthError('container_not_running', `${row.name} is not running.`, {
      hint: `Start it: \`berth start ${row.name}\`. Each start brings its secrets in.`,
    });
  }
  const about = { ...parts, engine, row, container };
  const { wishes, names } = await meant(about, options);
  const rows = await inject(about, wishes, names, signal);
  // What services waited for in vain at their start is there now.
  const waiting = !isPrepared(await startRecords(parts.home, row.id), container);
  if (waiting && !rows.some(({ state, required }) => state === 'missing' && required)) {
    await tellReady(engine, container.id, signal);
  }
  await parts.store.loadOne(engine, row.id, undefined, signal);
  return rows;
}

/** Which secrets a refresh is about, and which of them it reads at their sources; undefined: all. */
async function meant(
  parts: ProjectsParts & { readonly engine: Engine; readonly row: ProjectRow; readonly container: ContainerDetail },
  options: SecretsRefresh,
): Promise<{ readonly wishes: readonly SecretWish[]; readonly names?: ReadonlySet<string> }> {
  const { engine, row, container } = parts;
  const granted = await askForGranted(parts);
  if (granted !== null) {
    return { wishes: granted, ...only(row, granted, options.names) };
  }
  const agreed = agreedSpec(specAtMaking(container), await readSecretsRecord(parts.home, row.id), container);
  if (options.byItself === true) {
    const { keep, read } = byItself(agreed, parts.wantedSecrets(container.id));
    return { wishes: declaredSecrets(keep), names: read };
  }
  const { folder, template } = await readProjectState(parts.home, row.id);
  const desired = await desiredFor(parts.templates, engine, folder ?? row.folder, template);
  await askForSecrets(parts, desired.resolved.spec);
  const wishes = declaredSecrets(desired.resolved.spec);
  return { wishes, ...only(row, wishes, options.names) };
}

function only(
  { name: project }: ProjectRow,
  wishes: readonly SecretWish[],
  names: SecretsRefresh['names'],
): { readonly names?: ReadonlySet<string> } {
  if (names === undefined) return {};
  const unknown = names.find((name) => wishes.every((wish) => wish.name !== name));
  if (unknown === undefined) return { names: new Set(names) };
  const known = wishes.map(({ name }) => name).join(', ');
  throw new BerthError('bad_usage', `The template of ${project} declares no secret ${unknown}.`, {
    hint: known === '' ? 'It declares none: add spec.secrets.' : `It declares ${known}.`,
  });
}

/** A container's secrets as they are since its last start; none while it does not run. */
export async function listSecrets(
  parts: Pick<ProjectsParts, 'connection' | 'home'>,
  row: ProjectRow,
  signal?: AbortSignal,
): Promise<readonly SecretRow[]> {
  const engine = await parts.connection.get(signal);
  const container = await engine.inspectContainer(row.container ?? row.containerName, signal);
  return container?.state === 'running' ? secretsOf(parts.home, row.id, container) : [];
}

/** What a container's successor may have where no person asked for it: see {@link byItself}. */
export async function agreedSecrets(
  home: ProjectsParts['home'],
  project: string,
  former: ContainerDetail,
  wanted: unknown,
): Promise<{ readonly secrets: object }> {
  const agreed = agreedSpec(specAtMaking(former), await readSecretsRecord(home, project), former);
  return { secrets: byItself(agreed, wanted).keep['secrets'] ?? {} };
}

/** Writes down what is granted to an agent's container now, in what its template declares' place. @returns null for a person's */
export async function askForGranted({
  home,
  row,
  container,
}: Pick<ProjectsParts, 'home'> & {
  readonly row: Pick<ProjectRow, 'id' | 'folder'>;
  readonly container: ContainerDetail;
}): Promise<readonly SecretWish[] | null> {
  const granted = await agentWishes(home, row, container);
  if (granted !== null) await askForSecrets({ home, row, container }, { secrets: secretsSpec(granted) });
  return granted;
}

/**
 * Writes down that a person asked for the secrets that the template declares now.
 * @returns whether they are others than those before
 */
export async function askForSecrets(
  {
    home,
    row,
    container,
  }: Pick<ProjectsParts, 'home'> & {
    readonly row: Pick<ProjectRow, 'id'>;
    readonly container: ContainerDetail;
  },
  spec: { readonly secrets: object },
): Promise<boolean> {
  const record = await readSecretsRecord(home, row.id);
  const wanted = JSON.parse(JSON.stringify(spec.secrets)) as Readonly<Record<string, unknown>>;
  if (!isOtherWish({ container, made: specAtMaking(container), record, wanted })) return false;
  const known = record?.container === container.id ? record : { container: container.id, started: null, rows: [] };
  await writeSecretsRecord(home, row.id, { ...known, agreed: wanted });
  return true;
}
