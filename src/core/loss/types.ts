/** Package managers whose packages can go into a template's list of the same name. */
export type PromotableManager = 'apt' | 'pip' | 'npm';

/** A package that was installed by hand in the container. */
export interface PromotablePackage {
  readonly manager: PromotableManager;
  readonly name: string;
}

/** A file or folder that only the container has. */
export interface LostPath {
  readonly path: string;
  readonly kind: 'added' | 'changed' | 'deleted';
  /** How many files lie in it, itself not counted; 0 for a file. */
  readonly files: number;
}

/** What becomes of a container's state when the container is discarded. */
export interface LossPreview {
  /** Folders on volumes and of this machine: they stay. */
  readonly carried: readonly string[];
  /** Packages that a template could ask for; their files are not among what is lost. */
  readonly promotable: readonly PromotablePackage[];
  /** By path; throw-away places (logs, caches, temporary files) left out. */
  readonly lost: readonly LostPath[];
  /** The snapshot that the container was put back to, by name: its own image tells nothing of that. Null for none. */
  readonly restored: string | null;
}

/** Whether nothing that anybody could miss would go. */
export function isHarmless({ lost, promotable, restored }: LossPreview): boolean {
  return lost.length === 0 && promotable.length === 0 && restored === null;
}
