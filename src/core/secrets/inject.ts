import { runAsRoot } from '../engine/run-as-root';
import type { ContainerDetail, Engine } from '../engine/types';
import type { Progress } from '../log';
import type { ProjectRow, SecretRow } from '../model';
import { lineTarget } from '../projects/context';
import type { ProjectsContext } from '../projects/context';
import { specAtMaking } from '../projects/made-spec';
import { makeWait } from '../projects/ready-file';
import { isRecord, orderedJson } from '../projects/spec-diff';
import { hasStartNeeds } from '../projects/start-due';
import { agentWishes } from './agent-wishes';
import { declaredSecrets } from './declared';
import { deliver, prepareFolder } from './deliver';
import type { Road } from './deliver';
import { asToldToAgents, missingText, refuseMissing } from './missing';
import { agreedSpec, secretRows } from './record';
import { readSecretsRecord, writeSecretsRecord } from './record-file';
import { generatedSecret } from './source-generated';
import { readSource } from './sources';
import type { Found, SecretWish } from './types';

/** What it takes to bring secrets into a running container; `container` as it is since its last start. */
export type InjectParts = Pick<ProjectsContext, 'home' | 'runner' | 'secrets'> &
  Partial<Pick<ProjectsContext, 'lines'>> & {
    readonly engine: Engine;
    readonly row: Pick<ProjectRow, 'id' | 'name' | 'folder' | 'alias' | 'user' | 'workspacePath'>;
    readonly container: ContainerDetail;
  };

/**
 * Reads the wished secrets at their sources and brings what is there into the container. A source that has none leaves
 * what another window or shell injected. What is no longer wished goes. An agent's container gets what the user granted to
 * agents, whatever is wished.
 * @param names those to read anew; all where left out
 * @throws BerthError `secret_failed`
 */
export async function inject(
  parts: InjectParts,
  wishes: readonly SecretWish[],
  names?: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<readonly SecretRow[]> {
  const { home, row, container } = parts;
  let meant = (await agentWishes(home, row, container)) ?? wishes;
  for (;;) {
    const rows = await injectOnce(parts, meant, names, signal);
    // What was taken back meanwhile must not have come after all.
    const now = (await agentWishes(home, row, container)) ?? meant;
    if (orderedJson(now) === orderedJson(meant)) return rows;
    meant = now;
  }
}

async function injectOnce(
  parts: InjectParts,
  wishes: readonly SecretWish[],
  names?: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<readonly SecretRow[]> {
  const { home, row, container, secrets } = parts;
  const { known, env, storage } = secrets;
  const record = await readSecretsRecord(home, row.id);
  const context = {
    env,
    storage,
    folder: row.folder,
    generated: (name: string) => generatedSecret(home, row.id, name),
  };
  const asked = names === undefined ? wishes : wishes.filter(({ name }) => names.has(name));
  const road = roadOf(parts);
  const isNew = record?.container !== container.id || record.started !== container.startedAt;
  // The folder is made while the sources are asked.
  const [found] = await Promise.all([
    Promise.all(asked.map(async (wish) => [wish.name, await readSource(wish, context, signal)] as const)),
    isNew ? prepareFolder(road, signal) : undefined,
  ]);
  const values = new Map(
    found.flatMap(([name, { ...source }]) => (source.kind === 'value' ? [[name, source.bytes]] : [])),
  );
  for (const value of values.values()) known.add(value);
  const former = record?.rows ?? [];
  const formerPaths = former.flatMap(({ path }) =>
    path === null || wishes.some((wish) => wish.path === path) ? [] : [path],
  );
  const told = await deliver(road, { wishes, values, formerPaths }, signal);
  const now = new Date().toISOString();
  const rows = secretRows(wishes, new Map<string, Found>(found), told, isNew ? [] : former, now);
  // Read once more: another process may have had a word since.
  const latest = await readSecretsRecord(home, row.id);
  const { agreed, waits = false } = latest?.container === container.id ? latest : {};
  await writeSecretsRecord(home, row.id, {
    ...{ container: container.id, started: container.startedAt, rows },
    ...(agreed === undefined ? {} : { agreed }),
    ...(waits || (wishes.length > 0 && (await willWait(parts, signal))) ? { waits: true } : {}),
  });
  return rows;
}

/** Sees to it that the services of a container that was made without secrets wait for those of now, from the next start on. */
async function willWait({ engine, container }: InjectParts, signal?: AbortSignal): Promise<boolean> {
  const made = specAtMaking(container);
  const { services } = made;
  if (hasStartNeeds(made) || !isRecord(services) || Object.keys(services).length === 0) return false;
  return makeWait(engine, container.id, signal);
}

/** What each start needs of secrets. A missing one is told, and stops the start only where it is required. @throws BerthError `secret_missing`, `secret_failed` */
export async function injectAtStart(parts: InjectParts, progress: Progress, signal?: AbortSignal): Promise<void> {
  const { home, row, container } = parts;
  const granted = await agentWishes(home, row, container);
  const spec = agreedSpec(specAtMaking(container), await readSecretsRecord(home, row.id), container);
  const found = await inject(parts, granted ?? declaredSecrets(spec), undefined, signal);
  const rows = granted === null ? found : found.map(asToldToAgents);
  for (const missing of rows.filter(({ state, required }) => state === 'missing' && !required)) {
    progress({ kind: 'notice', message: `${missingText(missing)}.` });
  }
  refuseMissing(rows);
}

function roadOf(parts: InjectParts): Road {
  const { engine, row, container } = parts;
  const target = lineTarget(row, container);
  return {
    user: row.user,
    // An open Line is both faster and for nobody else to read; opening one for a few values is neither.
    runner: async () => {
      const line = (await parts.lines?.())?.get(target);
      return line?.state === 'connected' ? line : parts.runner(engine, target);
    },
    root: (script, signal) => runAsRoot(engine, container.id, ['/bin/sh', '-c', script], signal),
  };
}
