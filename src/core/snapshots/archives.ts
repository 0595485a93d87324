import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import writeFileAtomic from 'write-file-atomic';
import type { ContainerDetail, Engine } from '../engine/types';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import type { ProjectIdentity } from '../model';
import { purposeInWords, volumePurposeLabel } from '../storage/purpose';
import { listProjectVolumes } from '../storage/volumes';
import { archiveFile, archiveFolder, archivesFolder, manifest } from './kept';
import { TarEnd } from './tar-end';
import type { SnapshotVolume } from './types';
import { archivePlace, withVolumes } from './volumes-helper';

/** What keeping volumes needs to know. */
export interface KeepRequest {
  readonly engine: Engine;
  readonly home: BerthHome;
  readonly project: ProjectIdentity;
  readonly container: Pick<ContainerDetail, 'imageId' | 'mounts'>;
  /** The snapshot's: the engine's id. */
  readonly image: string;
}

/**
 * Archives a project's volumes beside a snapshot, each a tar that is written as it is read. They are there as a whole or not
 * at all. Call it under the project's lock. @throws BerthError `disk_full`, `engine_error` where a file shrank meanwhile
 */
export async function keepVolumes(request: KeepRequest, signal?: AbortSignal): Promise<void> {
  const { engine, home, project, container, image } = request;
  const owner = await home.owner();
  const purposes = new Map(
    (await listProjectVolumes(engine, owner, project.id, signal)).map(
      ({ name, labels }) => [name, labels[volumePurposeLabel] ?? ''] as const,
    ),
  );
  const volumes = container.mounts.flatMap((mount) => {
    const purpose = mount.kind === 'volume' ? purposes.get(mount.volume) : undefined;
    return mount.kind === 'volume' && purpose !== undefined
      ? [{ name: mount.volume, purpose, target: mount.target }]
      : [];
  });
  if (volumes.length === 0) return;
  const folder = archiveFolder(home, image);
  // One that a crash has left half-written is of no use to anybody.
  const draft = join(archivesFolder(home), `draft-${project.id}`);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  try {
    const names = volumes.map(({ name }) => name);
    const helper = { engine, owner, project, image: container.imageId, volumes: names, readOnly: true };
    const kept = await withVolumes(
      helper,
      async (id) => {
        const found: SnapshotVolume[] = [];
        for (const [index, { purpose, target }] of volumes.entries()) {
          const tar = await engine.readArchive(id, archivePlace(index), signal);
          const file = archiveFile(draft, index);
          await write(tar, file, purpose, signal);
          found.push({ purpose, target, bytes: (await stat(file)).size });
        }
        return found;
      },
      signal,
    );
    await writeFileAtomic(join(draft, manifest), `${JSON.stringify({ volumes: kept })}\n`, { mode: 0o600 });
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function write(
  tar: NodeJS.ReadableStream,
  file: string,
  purpose: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const whole = new TarEnd();
  try {
    await pipeline(tar, whole, createWriteStream(file, { flags: 'wx', mode: 0o600 }), { signal });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw new BerthError(
      'disk_full',
      `This machine's disk is full: ${purposeInWords(purpose)} could not be archived.`,
      {
        hint: 'Free space below Berth’s home, or make the snapshot without --volumes.',
        cause: error,
      },
    );
  }
  if (whole.isWhole) return;
  throw new BerthError('engine_error', `The archive of ${purposeInWords(purpose)} was cut off.`, {
    hint: 'A file in it shrank while it was read. Stop the container, then try again.',
  });
}
