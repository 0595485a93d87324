import type { ProjectRow, UpStep } from '../model';

/** How a container is to be replaced. */
export interface RefreshOptions {
  /** Whatever the verdict, and without waiting until nobody uses it and nothing would be lost. */
  readonly now?: boolean;
  /** Begin with a new home volume; the old one is kept for as long as the former container is. */
  readonly cleanHome?: boolean;
  /** False in an untrusted workspace: nothing is built or run, `workspace_untrusted` is thrown. */
  readonly trusted?: boolean;
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
}
