import type Docker from 'dockerode';
import { BerthError } from '../errors';
import type { Api } from './api';
import { labelsOf } from './container-shapes';
import { labelFilter } from './containers';
import { engineWords, statusOf } from './failures';
import type { VolumeSummary } from './types';

type Labels = Readonly<Record<string, string>>;

/** All volumes with these labels; an empty value asks for the label alone. */
export async function listVolumes(
  api: Api,
  filter: { readonly labels: Labels },
  signal?: AbortSignal,
): Promise<VolumeSummary[]> {
  const query = { filters: labelFilter(filter.labels) };
  const answer = (await api.json('GET', '/volumes', { doing: 'list the volumes', query, signal })) as {
    Volumes: Docker.VolumeInspectInfo[] | null;
  };
  return (answer.Volumes ?? []).map((raw) => ({ name: raw.Name, labels: labelsOf(raw.Labels) }));
}

/** Docker answers with the volume that is there, Podman with 409 or 500: both mean it exists. */
export async function ensureVolume(api: Api, name: string, labels: Labels, signal?: AbortSignal): Promise<void> {
  const doing = `make the volume ${name}`;
  const body = { Name: name, Labels: labels };
  try {
    await api.json('POST', '/volumes/create', { doing, body, signal, own: [409, 500] });
  } catch (error) {
    if (statusOf(error) !== undefined && /already exists/i.test(engineWords(error))) return;
    throw api.failure(error, doing, signal);
  }
}

/** Already gone is no error. */
export async function removeVolume(api: Api, name: string, signal?: AbortSignal): Promise<void> {
  const doing = `remove the volume ${name}`;
  try {
    await api.json('DELETE', `/volumes/${encodeURIComponent(name)}`, { doing, signal, own: [404, 409] });
  } catch (error) {
    if (statusOf(error) === 404) return;
    if (statusOf(error) !== 409) throw error;
    throw new BerthError('engine_error', `The volume ${name} is in use by a container.`, {
      hint: 'Remove the container that uses it first.',
      cause: error,
    });
  }
}

/** Engines before API 1.42 know no `type` and look at images and the build cache too. A size that is not known is -1. */
export async function volumeSizes(api: Api, signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const query = { type: 'volume' };
  const answer = (await api.json('GET', '/system/df', { doing: 'measure the volumes', query, signal })) as {
    Volumes?: readonly { readonly Name: string; readonly UsageData?: { readonly Size?: number } | null }[] | null;
  };
  return new Map(
    (answer.Volumes ?? []).flatMap(({ Name, UsageData }): [string, number][] => {
      const size = UsageData?.Size ?? -1;
      return size < 0 ? [] : [[Name, size]];
    }),
  );
}
