import { stringify } from 'yaml';
import type { ImageDetail } from '../engine/types';
import { labels } from '../model';
import { parseSpec } from '../projects/made-spec';
import { isRecord } from '../projects/spec-diff';
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
  const usual = resolvedSpec.parse({ image: tag });
  const spec: Record<string, unknown> = { image: tag };
  for (const field of taken) {
    const written = asWritten(made[field]);
    if (written === undefined || JSON.stringify(made[field]) === JSON.stringify(usual[field])) continue;
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
