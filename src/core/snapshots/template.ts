import { stringify } from 'yaml';
import type { ImageDetail } from '../engine/types';
import { labels } from '../model';
import { parseSpec } from '../projects/made-spec';
import type { MadeSpec } from '../projects/made-spec';
import { isRecord, orderedJson } from '../projects/spec-diff';
import { resolvedSpec } from '../templates/schema';
import type { Snapshot } from './types';

/**
 * What a project that begins with a snapshot takes over of how its container ran. What is done once to a workspace, and what
 * belongs to the first project's machine and folders, is for the new project to say.
 */
const taken = [
  'user',
  'workspace',
  'environment',
  'persist',
  'ports',
  'services',
  'resources',
  'secrets',
  'git',
  'editor',
] as const;

/**
 * A template whose container begins as a snapshot: its image, and of the label that its container was made with what differs
 * from the usual. A field that this version reads otherwise is left out. Pure.
 */
export function snapshotTemplate(
  { name, tag, project }: Pick<Snapshot, 'name' | 'tag' | 'project'>,
  { labels: own }: Pick<ImageDetail, 'labels'>,
): string {
  const made = parseSpec(own[labels.spec]) ?? {};
  const usual = usualWith(made);
  const spec: Record<string, unknown> = { image: tag };
  for (const field of taken) {
    const written = asWritten(unusual(made[field], usual[field]));
    if (written === undefined) continue;
    if (resolvedSpec.safeParse({ image: tag, [field]: written }).success) spec[field] = written;
  }
  const document = {
    apiVersion: 'devcontainer/v1',
    kind: 'Template',
    metadata: {
      name: `from-${name}`
        .replaceAll(/[^a-z0-9-]+/g, '-')
        .slice(0, 40)
        .replace(/-+$/, ''),
    },
    spec,
  };
  const head = ` Begins as the snapshot ${name} of ${project.name} was; its image stays on this engine for as long as it is used.`;
  return `#${head.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')}\n${stringify(document, { version: '1.2', lineWidth: 0 })}`;
}

/** A spec in which nothing was said but the names that a made one has. */
function usualWith(made: MadeSpec): Readonly<Record<string, unknown>> {
  const namesOf = (field: 'services' | 'secrets', least: unknown) =>
    Object.fromEntries(Object.keys(isRecord(made[field]) ? made[field] : {}).map((name) => [name, least]));
  const named = { services: namesOf('services', { command: ':' }), secrets: namesOf('secrets', { from: 'env:_' }) };
  const all = resolvedSpec.safeParse({ image: 'x', ...named });
  return all.success ? all.data : resolvedSpec.parse({ image: 'x' });
}

/** What of a value is other than the usual one; undefined for nothing. */
function unusual(value: unknown, usual: unknown): unknown {
  if (orderedJson(value) === orderedJson(usual)) return undefined;
  if (!isRecord(value) || !isRecord(usual) || 'kind' in value) return value;
  const left = Object.entries(value).map(([key, one]) => [key, unusual(one, usual[key])] as const);
  return Object.fromEntries(left.filter(([, one]) => one !== undefined));
}

/** A value of a resolved spec as a template writes it: durations and sources of secrets are texts there. */
function asWritten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asWritten);
  if (!isRecord(value)) return value;
  const { kind, value: rest, vault, name } = value;
  if (kind === 'azure-keyvault') return `azure-keyvault:${String(vault)}/${String(name)}`;
  if (typeof kind === 'string' && typeof rest === 'string') return `${kind}:${rest}`;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      key === 'backoff' && typeof one === 'number' ? `${one}ms` : asWritten(one),
    ]),
  );
}
