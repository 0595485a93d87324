import { createReadStream } from 'node:fs';
import type { Engine } from '../engine/types';
import type { BerthHome } from '../home';
import type { ProjectIdentity } from '../model';
import type { ContainerStorage } from '../storage/prepare';
import { purposeLabel } from '../storage/purpose';
import { archiveFile, archiveFolder } from './kept';
import type { Snapshot } from './types';
import { archiveRoot, withVolumes } from './volumes-helper';

export interface FillPlace {
  readonly engine: Engine;
  readonly home: BerthHome;
  readonly project: Pick<ProjectIdentity, 'id' | 'name'>;
  readonly snapshot: Pick<Snapshot, 'name' | 'image' | 'volumes'>;
}

/**
 * Brings what was kept with a snapshot into volumes that were made for it and that nothing uses yet. The project's own stay
 * as they are, for the container that has them.
 */
export class VolumeFill {
  #made: readonly string[] = [];

  constructor(private readonly place: FillPlace) {}

  /** Of these the container needs new volumes. */
  get purposes(): readonly string[] {
    return this.place.snapshot.volumes.map(({ purpose }) => purpose);
  }

  /** Fills what was made for it. @returns the storage, in which those volumes are not to be filled in any other way */
  async fill(
    storage: ContainerStorage,
    note: (message: string) => void,
    signal?: AbortSignal,
  ): Promise<ContainerStorage> {
    const { engine, home, project, snapshot } = this.place;
    // Only what was made just now is written to, and may be removed again.
    const volumes = this.purposes.map((purpose) => {
      const name = storage.volumes[purpose];
      return name !== undefined && storage.fresh.has(name) ? name : null;
    });
    this.#made = volumes.filter((name) => name !== null);
    for (const [index, purpose] of this.purposes.entries()) {
      if (volumes[index] === null) note(`The template asks for no ${purposeLabel(purpose)}: it stays in the snapshot.`);
    }
    if (this.#made.length > 0) {
      const helper = { engine, owner: await home.owner(), project, image: snapshot.image, volumes, readOnly: false };
      await withVolumes(helper, (id) => this.#write(id, volumes, signal), signal);
    }
    const filled = new Set(this.#made);
    return { ...storage, fresh: new Set([...storage.fresh].filter((name) => !filled.has(name))) };
  }

  async #write(helper: string, volumes: readonly (string | null)[], signal?: AbortSignal): Promise<void> {
    const { engine, home, snapshot } = this.place;
    const folder = archiveFolder(home, snapshot.image);
    for (const [index, volume] of volumes.entries()) {
      if (volume === null) continue;
      // An archive names what is in it after the place that it was read from, which is the same here.
      await engine.writeArchive(helper, archiveRoot, createReadStream(archiveFile(folder, index)), signal);
    }
  }

  /** Removes what was filled, where no container came to use it: of one that is in use the engine refuses that. */
  async drop(): Promise<void> {
    for (const name of this.#made) await this.place.engine.removeVolume(name);
    this.#made = [];
  }
}
