import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import type { Engine } from '../engine/types';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import { withLock } from '../lock';
import { mappingFor } from '../storage/ownership';
import { downloadServer } from './download';
import { addressesOf, type ServerRelease } from './release';
import { repackServer } from './repack';
import { formatShelf, parseShelf, shelfFile, shelve, type ShelvedServer } from './shelf';
import { completeMark, fillerSpec, serversFolder, serversLabels, serversVolume } from './volume';

export interface FillParts {
  readonly engine: Engine;
  readonly home: Pick<BerthHome, 'owner' | 'locksDir'>;
  /** Any image that the engine has; nothing of it is run. */
  readonly image: string;
  /** As the editor's maker names it, such as `x64`. */
  readonly arch: string;
}

/** What a filling came to. `verified`: by the digest that its maker tells, not by the connection alone. */
export type Filled = 'there' | 'filled' | 'verified';

/**
 * Puts a server into the owner's volume, once, however many windows ask at the same time: the others wait and find it there.
 * It is looked at as a whole on this machine first, so nothing that is torn or not as published reaches the volume; its mark
 * of completeness is the last that the engine unpacks.
 */
export async function fillServer(parts: FillParts, release: ServerRelease, signal: AbortSignal): Promise<Filled> {
  const { engine, home } = parts;
  const lock = `editor-servers-${engine.info.id}`;
  return withLock(home.locksDir, lock, () => fillAlone(parts, release, signal), signal);
}

async function fillAlone(
  { engine, home, image, arch }: FillParts,
  release: ServerRelease,
  signal: AbortSignal,
): Promise<Filled> {
  const owner = await home.owner();
  await engine.ensureVolume(serversVolume(owner), serversLabels(owner), signal);
  const spec = fillerSpec(owner, image);
  // One that a crash has left; under the lock nobody has it.
  await engine.removeContainer(spec.name, { force: true }, signal);
  const filler = await engine.createContainer({ ...spec, ...mappingFor(engine.info) }, signal);
  const dir = await mkdtemp(join(tmpdir(), 'berth-server-'));
  try {
    const shelf = parseShelf(await readShelf(engine, filler, signal));
    if (shelf.some(({ folder, commit }) => folder === release.folder && commit === release.commit)) return 'there';
    const file = join(dir, 'server.tar.gz');
    const verified = await downloadServer(addressesOf(release, arch), file, signal);
    const { folder, commit } = release;
    const { servers, gone } = shelve(shelf, { folder, commit, added: Date.now() });
    const end = [
      { name: `${place(release)}/${completeMark}`, text: '' },
      { name: shelfFile, text: formatShelf(servers) },
      // The engine puts the empty file in the place of the whole folder.
      ...gone.map((one) => ({ name: place(one), text: '' })),
    ];
    const tar = repackServer(file, place(release), end, signal);
    await engine.writeArchive(filler, serversFolder, tar, signal, { replace: true });
    return verified ? 'verified' : 'filled';
  } finally {
    await Promise.all([engine.removeContainer(filler, { force: true }), rm(dir, { recursive: true, force: true })]);
  }
}

const place = ({ folder, commit }: Pick<ShelvedServer, 'folder' | 'commit'>): string => `${folder}/${commit}`;

/** Empty where the volume is new. */
async function readShelf(engine: Engine, filler: string, signal: AbortSignal): Promise<string> {
  try {
    const entries = extract();
    const tar = await engine.readArchive(filler, `${serversFolder}/${shelfFile}`, signal);
    tar.on('error', (error) => entries.destroy(error)).pipe(entries);
    let found = '';
    for await (const entry of entries) found = await text(entry);
    return found;
  } catch (error) {
    if (error instanceof BerthError && error.code === 'engine_error') return '';
    throw error;
  }
}
