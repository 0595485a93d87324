import { text } from 'node:stream/consumers';
import type { ContainerSpec, Engine } from '../engine/types';
import { BerthError } from '../errors';
import { helperSpec } from '../helper';
import { labels } from '../model';
import type { ProjectIdentity } from '../model';
import { foldersOf, formatHomeFiles, homeUpdate, parseHomeFiles } from './home-manifest';
import type { HomeUpdate } from './home-manifest';
import { compareHomes, copyHome, firstManifest } from './home-scripts';
import { mappingFor } from './ownership';

/** A home volume and the image whose home files are to reach it. */
export interface HomeVisit {
  readonly engine: Engine;
  readonly identity: Pick<ProjectIdentity, 'id' | 'name'>;
  /** Berth's owner id. */
  readonly owner: string;
  /** The image's name or id. */
  readonly image: string;
  readonly volume: string;
  /** The login user, and its home folder in the image. */
  readonly user: string;
  readonly home: string;
}

const volumeAt = '/berth-home';

/** Writes down what a new home volume was filled with, in its first running container. Two round trips. */
export async function rememberHome(
  engine: Engine,
  container: string,
  { user, home }: Pick<HomeVisit, 'user' | 'home'>,
  signal?: AbortSignal,
): Promise<void> {
  await run(engine, container, user, [firstManifest, home], '', signal);
}

/**
 * Brings a new image's home files to a home volume that was made with an older one, by the rule of {@link homeUpdate}. A
 * container's own volume hides what its image has there, so a helper without a network sees both for a moment; it works as
 * the container's user, who can reach nothing by it that is not its own already.
 */
export async function followImage(visit: HomeVisit, signal?: AbortSignal): Promise<HomeUpdate> {
  const { engine, user, home } = visit;
  const helper = await createHelper(engine, visit.owner, visitorSpec(visit), signal);
  try {
    await engine.startContainer(helper, signal);
    const told = await run(engine, helper, user, [compareHomes, home, volumeAt], '', signal);
    const update = homeUpdate(sections(told));
    const folders = foldersOf(update.copy);
    const lines = [...folders, ...update.copy].map((line) => `${line}\n`).join('');
    const counts = [String(folders.length), String(update.copy.length)];
    const input = lines + formatHomeFiles(update.manifest);
    await run(engine, helper, user, [copyHome, home, volumeAt, ...counts], input, signal);
    return update;
  } finally {
    await engine.removeContainer(helper, { force: true });
  }
}

function sections(told: string): Parameters<typeof homeUpdate>[0] {
  const parts = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of told.split('\n')) {
    if (line.startsWith('=')) parts.set(line, (current = []));
    else current.push(line);
  }
  const files = (name: string) => parseHomeFiles(parts.get(name) ?? []);
  return {
    before: parts.has('=before') ? files('=before') : null,
    image: files('=image'),
    volume: files('=volume'),
  };
}

/** The name of a project's helper; there is one at most, under the project's lock. Pure. */
export function helperName({ id, name }: Pick<ProjectIdentity, 'id' | 'name'>): string {
  return `berth-${name}-${id.slice(0, 6)}-helper`;
}

/** Makes a project's helper. One that a crash left is in the way by its name, and goes first. @returns its id */
export async function createHelper(
  engine: Engine,
  owner: string,
  spec: ContainerSpec,
  signal?: AbortSignal,
): Promise<string> {
  const mapped = { ...spec, ...mappingFor(engine.info) };
  try {
    return await engine.createContainer(mapped, signal);
  } catch (error) {
    if (!(error instanceof BerthError) || error.code !== 'container_conflict') throw error;
    const there = await engine.inspectContainer(spec.name, signal);
    if (there !== null && there.labels[labels.owner] !== owner) throw error;
    await engine.removeContainer(spec.name, { force: true }, signal);
    return engine.createContainer(mapped, signal);
  }
}

function visitorSpec({ identity, owner, image, volume }: HomeVisit): ContainerSpec {
  return helperSpec({
    name: helperName(identity),
    owner,
    project: identity,
    image,
    command: ['sleep', '600'],
    mounts: [{ kind: 'volume', volume, target: volumeAt, readOnly: false }],
    memoryBytes: null,
    pids: null,
  });
}

async function run(
  engine: Engine,
  container: string,
  user: string,
  [script, ...rest]: readonly [string, ...string[]],
  input: string,
  signal?: AbortSignal,
): Promise<string> {
  const argv = ['/bin/sh', '-c', script, 'berth', ...rest];
  const env = { LC_ALL: 'C' };
  const running = await engine.exec(container, { argv, user, cwd: '/', env, stdin: true }, signal);
  running.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(running.stdout), text(running.stderr)]);
  const code = await running.exit;
  if (code === 0) return stdout;
  throw new BerthError('engine_error', 'The home folder could not be brought up to its image.', {
    cause: new Error(`exit ${code}: ${stderr.trim()}`),
  });
}
