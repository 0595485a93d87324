import type { CommandRunner } from '../command';
import { createBriefEngine } from '../engine/brief';
import type { ContainerDetail } from '../engine/types';
import { gitBehindSsh, identityFor } from '../git/behind-ssh';
import { recalledIdentity } from '../git/recalled-identity';
import { gitWishOf } from '../git/wish';
import type { BerthHome } from '../home';
import { answerTo, type Answer } from '../line/answer';
import { call } from '../line/call';
import { createEngineRunner } from '../line/engine-runner';
import { createPipeRunner } from '../line/pipe-runner';
import { labels } from '../model';
import { isProjectContainer } from './containers';
import { placeOf, type First } from './first';
import { containerName } from './identity';
import { partOf, specAtMaking } from './made-spec';
import { startRecords, wasBegun } from './start-due';
import { filesOfLabel, isAsMade, lookAtFiles } from './template-files';

/** Who wants to run a command in which folder's container. */
export interface AtOnceQuestion {
  readonly home: BerthHome;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The project's own folder; one below it is not looked for. */
  readonly folder: string;
  /** Berth's own version, as the labels say it. */
  readonly version: string;
  /** What was asked before (see first.ts). */
  readonly first?: First | undefined;
}

/** A project whose container takes commands. */
export interface AtOnce {
  readonly runner: CommandRunner;
  readonly workspacePath: string;
}

/**
 * The way to a running container with which nothing has to be done first: found by its name, and looked at once. Null where
 * there is any doubt: it is not running, its template has changed since, its start has not been seen to, git may ask this
 * machine, or the engine is not the local one that an earlier process knew. Then the project has to be looked for in the
 * usual way, which tells every failure.
 */
export async function runnerAtOnce(question: AtOnceQuestion, signal?: AbortSignal): Promise<AtOnce | null> {
  const { home, env, folder, first } = question;
  try {
    const place = first?.place ?? (await placeOf(question));
    if (place === null) return null;
    const { identity, at } = place;
    const engine = createBriefEngine({ ...at, sent: first?.sent });
    const name = containerName(identity.name, identity.id);
    const asked = engine.inspectContainer(first?.container ?? name, signal);
    // While the engine answers: by a program of its own, where no process before this one had the answer just now.
    const who = recalledIdentity({ home, project: identity.id, folder, env });
    const container = await asked;
    if (container?.name !== name || !(await isReady(question, identity.id, container))) return null;
    const { path } = partOf(specAtMaking(container), 'workspace');
    const user = container.labels[labels.user] ?? '';
    if (typeof path !== 'string' || user === '') return null;
    const target = { containerId: container.id, user, workspacePath: path };
    const commits = willTellIdentity(container, folder) ? who : identityFor(container, home);
    const session = gitBehindSsh(home, container, commits);
    const { called } = first ?? {};
    const byEngine = createEngineRunner(engine, target, () => session, first !== undefined && called === undefined);
    if (called === undefined) return { workspacePath: path, runner: byEngine };
    const roads = {
      target: { ...target, environment: container.environment },
      session: () => session,
      engine,
      byEngine,
    };
    return { workspacePath: path, runner: createPipeRunner({ ...roads, call: callsOf(called, home, container.id) }) };
  } catch {
    return null;
  }
}

/** The call that is under way, then others. */
function callsOf(
  under: NonNullable<First['called']>,
  home: BerthHome,
  containerId: string,
): () => Promise<Answer | null> {
  let next: typeof under | null = under;
  return async () => {
    const called = await (next ?? call(home, containerId));
    next = null;
    return called === null ? null : answerTo(called);
  };
}

/** Whether it is this owner's current container of the project, and nothing is to be done before a command. */
async function isReady(
  { home, version }: AtOnceQuestion,
  project: string,
  container: ContainerDetail,
): Promise<boolean> {
  const { labels: told, state } = container;
  if (state !== 'running' || told[labels.project] !== project || !isProjectContainer(container)) return false;
  if (gitWishOf(specAtMaking(container)).credentials !== 'none') return false;
  const [owner, look, records] = await Promise.all([
    home.owner(),
    lookAtFiles(home, told[labels.folder] ?? '', filesOfLabel(told[labels.files])),
    startRecords(home, project),
  ]);
  if (look === null || !isAsMade(container, look, version)) return false;
  return told[labels.owner] === owner && wasBegun(records, container);
}

/** Whether who commits in this folder is what the container's git is to be told. Pure. */
function willTellIdentity(container: ContainerDetail, folder: string): boolean {
  return gitWishOf(specAtMaking(container)).identity === 'host' && container.labels[labels.folder] === folder;
}
