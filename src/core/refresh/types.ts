import type { ProjectRow, UpStep } from '../model';
import type { Snapshot } from '../snapshots/types';

/** How a container is to be replaced. */
export interface RefreshOptions {
  /** Whatever the verdict, and without waiting until nobody uses it and nothing would be lost. */
  readonly now?: boolean;
  /** Begin with a new home volume; the old one is kept for as long as the former container is. */
  readonly cleanHome?: boolean;
  /** Puts it back to this snapshot of the project, in place of its template's image, whatever the verdict. */
  readonly restore?: RestoreWish;
  /**
   * No person asks, but Berth by itself, or an agent, which can write the template: it waits where that asks for more of this
   * machine than the container was made with, and of the secrets that it declares now the new container has those that a
   * person has asked for, as they were then.
   */
  readonly unasked?: boolean;
  /** False in an untrusted workspace: nothing is built or run, `workspace_untrusted` is thrown. */
  readonly trusted?: boolean;
}

/** What a container is put back to. */
export interface RestoreWish {
  readonly snapshot: Snapshot;
  /** With the volumes that were kept with it, as new ones: those of now stay with the former container. */
  readonly volumes?: boolean;
}

/** What a refresh came to. */
export interface RefreshResult {
  readonly row: ProjectRow;
  /** False where it is as its template says and `now` did not insist. */
  readonly refreshed: boolean;
  /** The container that was replaced: its generation, and the ISO 8601 instant until which it is kept at least. */
  readonly previous: { readonly generation: number; readonly keptUntil: string } | null;
  readonly timings: Readonly<Record<UpStep | 'total', number>>;
  readonly notices: readonly string[];
}

/** What a rollback came to. */
export interface RollbackResult {
  readonly row: ProjectRow;
  /** The generation of the container that was put aside. */
  readonly aside: number;
  /** Places of volumes that are others than before, as the container had them; empty where all belong to both. */
  readonly returned: readonly string[];
}
