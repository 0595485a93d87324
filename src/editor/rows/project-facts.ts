import type { ProjectRow } from '../../core/model';
import type { Busy } from './condition';

/** What a project's row and its tooltip are made of. */
export interface ProjectFacts {
  readonly row: ProjectRow;
  readonly engineLost: boolean;
  readonly busy: Busy | undefined;
  /** Belongs to a folder of this window. */
  readonly here: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}
