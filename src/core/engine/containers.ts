import { mkdir } from 'node:fs/promises';
import type Docker from 'dockerode';
import { BerthError } from '../errors';
import type { Api } from './api';
import { checkBindSources, needsCheck } from './bind-sources';
import { containerOptions } from './container-options';
import { containerGone, containerPath } from './container-path';
import { ContainerLists } from './container-list';
import { containerDetail } from './container-shapes';
import { engineWords, statusOf } from './failures';
import { portTaken, takenPort } from './port-taken';
import type { ContainerDetail, ContainerSpec, ContainerSummary, EngineInfo, EngineMount } from './types';

type Labels = Readonly<Record<string, string>>;

/** The filter by labels as the API wants it. */
export function labelFilter(labels: Labels): { label: string[] } {
  return { label: Object.entries(labels).map(([key, value]) => (value === '' ? key : `${key}=${value}`)) };
}

/**
 * All containers with these labels and one of these names, stopped ones too; an empty value asks for the label alone.
 * @param lists what the same question was answered before
 */
export function listContainers(
  api: Api,
  { labels, names = [] }: { readonly labels: Labels; readonly names?: readonly string[] },
  signal?: AbortSignal,
  lists = new ContainerLists(),
): Promise<ContainerSummary[]> {
  const filters = { ...labelFilter(labels), ...(names.length === 0 ? {} : { name: names }) };
  const options = { doing: 'list the containers', query: { all: true, filters }, signal };
  // What is asked by name in a storm are other names each time.
  const question = names.length === 0 ? JSON.stringify(filters) : null;
  return api.read('GET', '/containers/json', options, (text) => lists.read(text, question));
}

/** A container by its name or id; null where there is none. */
export async function inspectContainer(api: Api, name: string, signal?: AbortSignal): Promise<ContainerDetail | null> {
  const doing = `inspect the container ${name}`;
  try {
    const found = await api.json('GET', containerPath(name, 'json'), { doing, signal, own: [404] });
    return containerDetail(found as Docker.ContainerInspectInfo);
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/** Makes a container and starts nothing. @returns its id @throws BerthError `container_conflict`, `image_not_found` */
export async function createContainer(
  api: Api,
  info: EngineInfo,
  spec: ContainerSpec,
  signal?: AbortSignal,
): Promise<string> {
  const doing = `create the container ${spec.name}`;
  const body = containerOptions(spec, info);
  try {
    const query = { name: spec.name };
    const made = await api.json('POST', '/containers/create', { doing, query, body, signal, own: [404, 409, 500] });
    return (made as { Id: string }).Id;
  } catch (error) {
    const words = engineWords(error);
    const status = statusOf(error);
    // Podman answers 500 where Docker answers 409.
    if (status === 409 || (status === 500 && /name .* (is )?already in use/i.test(words))) {
      throw nameTaken(spec.name, error);
    }
    if (status === 404 && /no such image|image not known|not found/i.test(words)) {
      throw new BerthError('image_not_found', `The image ${spec.image} is not on the engine.`, {
        hint: 'Try again with `berth up`, which builds or fetches what is missing.',
        cause: error,
      });
    }
    throw api.failure(error, doing, signal);
  }
}

/**
 * Starts a container whose mounts are what they were; those that are `known` are not asked for.
 * @throws BerthError `volume_refused`, `port_taken`, `container_gone`
 */
export async function startContainer(
  api: Api,
  info: EngineInfo,
  id: string,
  signal?: AbortSignal,
  known?: readonly EngineMount[],
): Promise<void> {
  const found = known === undefined ? await inspectContainer(api, id, signal) : null;
  const mounts = known ?? found?.mounts;
  if (mounts !== undefined && found?.state !== 'running') await checkBindSources(mounts, info);
  if (found !== null) await makeDialFolderAgain(found, info);
  await change(api, id, 'start', {}, signal);
}

/** Stops a container, by KILL after `graceSeconds`; one that is stopped already is no error. */
export async function stopContainer(api: Api, id: string, graceSeconds: number, signal?: AbortSignal): Promise<void> {
  await change(api, id, 'stop', { t: graceSeconds }, signal);
}

/**
 * Restarts a container by the engine’s own restart, or by a stop and a checked start where it mounts what could have
 * been swapped.
 */
export async function restartContainer(
  api: Api,
  info: EngineInfo,
  id: string,
  graceSeconds: number,
  signal?: AbortSignal,
): Promise<void> {
  const found = await inspectContainer(api, id, signal);
  if (found !== null) await makeDialFolderAgain(found, info);
  if (found !== null && needsCheck(found.mounts, info)) {
    await stopContainer(api, id, graceSeconds, signal);
    return startContainer(api, info, id, signal, found.mounts);
  }
  await change(api, id, 'restart', { t: graceSeconds }, signal);
}

/** Without it the engine would not start the container; who has deleted it wanted rid of a file, not of the container. */
async function makeDialFolderAgain({ dialFolder }: ContainerDetail, info: EngineInfo): Promise<void> {
  if (dialFolder === undefined || !info.local) return;
  await mkdir(dialFolder, { recursive: true, mode: 0o700 }).catch(() => undefined);
}

/** Gives a container another name. @throws BerthError `container_conflict` where that is taken */
export async function renameContainer(api: Api, id: string, name: string, signal?: AbortSignal): Promise<void> {
  try {
    await change(api, id, 'rename', { name }, signal, [409]);
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
    throw nameTaken(name, error);
  }
}

function nameTaken(name: string, cause: unknown): BerthError {
  return new BerthError('container_conflict', `A container named ${name} exists already.`, {
    hint: 'Try again; where it is not of Berth’s making, remove or rename it first.',
    cause,
  });
}

async function change(
  api: Api,
  id: string,
  verb: string,
  query: Readonly<Record<string, string | number>>,
  signal: AbortSignal | undefined,
  own: readonly number[] = [],
): Promise<void> {
  const doing = `${verb} the container ${id.slice(0, 40)}`;
  try {
    await api.json('POST', containerPath(id, verb), { doing, query, signal, own: [404, ...own] });
  } catch (error) {
    if (statusOf(error) === 404 && /no such container/i.test(engineWords(error))) throw containerGone(id, error);
    if (statusOf(error) !== undefined && own.includes(statusOf(error) ?? 0)) throw error;
    const taken = takenPort(engineWords(error));
    if (taken !== null) throw portTaken(taken, error);
    throw api.failure(error, doing, signal);
  }
}
