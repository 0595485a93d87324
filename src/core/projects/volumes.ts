import { text } from 'node:stream/consumers';
import type { Engine, EngineMount, VolumeSummary } from '../engine/types';
import { labelSchema, labels } from '../model';
import type { ProjectIdentity } from '../model';
import { shellQuote } from '../quote';
import type { TemplateSpec } from '../templates/types';

/** Says what a project's volume holds: `home`, or `named:` and the template's own name for it. */
export const volumePurposeLabel = 'dev.berth.volume';

const namedPrefix = 'named:';

/** What a volume holds, in words, by its label. Pure. */
export function purposeText(volume: VolumeSummary): string {
  const purpose = volume.labels[volumePurposeLabel] ?? '';
  if (purpose === 'home') return 'the home folder';
  return purpose.startsWith(namedPrefix) ? `the volume ${purpose.slice(namedPrefix.length)}` : 'data';
}

/** This project's volumes. One round trip. */
export function listProjectVolumes(
  engine: Engine,
  owner: string,
  project: string,
  signal?: AbortSignal,
): Promise<VolumeSummary[]> {
  return engine.listVolumes({ labels: { [labels.owner]: owner, [labels.project]: project } }, signal);
}

/** The volume with the user's home folder, made if there is none. @returns null where the template persists nothing */
export async function homeVolume(
  engine: Engine,
  identity: ProjectIdentity,
  persist: unknown,
  owner: string,
  signal?: AbortSignal,
): Promise<string | null> {
  return persist === 'home' ? projectVolume(engine, identity, 'home', 'home', owner, signal) : null;
}

/**
 * Mounts of the named volumes of a template, made where they are missing. A name is the project's own: two projects with
 * a volume `cache` have one each.
 */
export async function namedVolumes(
  engine: Engine,
  identity: ProjectIdentity,
  volumes: TemplateSpec['volumes'],
  owner: string,
  signal?: AbortSignal,
): Promise<EngineMount[]> {
  const mounts: EngineMount[] = [];
  for (const { volume: name, container: target, mode } of volumes) {
    if (name === undefined) continue;
    const volume = await projectVolume(engine, identity, namedPrefix + name, `volume-${name}`, owner, signal);
    mounts.push({ kind: 'volume', volume, target, readOnly: mode === 'ro' });
  }
  return mounts;
}

/** Found by its labels, not its name, so that it follows a project that got another name. */
async function projectVolume(
  engine: Engine,
  identity: ProjectIdentity,
  purpose: string,
  suffix: string,
  owner: string,
  signal?: AbortSignal,
): Promise<string> {
  const there = await listProjectVolumes(engine, owner, identity.id, signal);
  const found = there.find((volume) => volume.labels[volumePurposeLabel] === purpose);
  if (found !== undefined) return found.name;
  const name = `berth-${identity.name}-${identity.id.slice(0, 6)}-${suffix}`;
  await engine.ensureVolume(
    name,
    {
      [labels.schema]: labelSchema,
      [labels.kind]: 'project',
      [labels.owner]: owner,
      [labels.project]: identity.id,
      [labels.name]: identity.name,
      [volumePurposeLabel]: purpose,
    },
    signal,
  );
  return name;
}

/**
 * Gives a running container's new named volumes to its user: the engine makes them root's where the image has no such
 * folder. One that holds something, or is somebody's, is left as it is.
 */
export async function handOver(
  engine: Engine,
  container: string,
  mounts: readonly EngineMount[],
  user: string,
  signal?: AbortSignal,
): Promise<void> {
  const targets = mounts.flatMap((one) => (one.kind === 'volume' && !one.readOnly ? [shellQuote(one.target)] : []));
  if (targets.length === 0 || user === 'root') return;
  const script = [
    `for each in ${targets.join(' ')}; do`,
    '  [ "$(stat -c %u "$each")" = 0 ] && [ -z "$(ls -A "$each")" ] || continue',
    `  chown ${shellQuote(`${user}:`)} "$each"`,
    'done',
  ].join('\n');
  const running = await engine.exec(container, { argv: ['/bin/sh', '-c', script], user: 'root', stdin: false }, signal);
  await Promise.all([text(running.stdout), text(running.stderr)]);
  await running.exit;
}
