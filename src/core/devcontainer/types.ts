import type { Exported } from './export';
import type { NewFile } from './files';
import type { Imported } from './import';

export type { Carried, Needless, NotCarried } from './ledger';
export type { NewFile } from './files';

/** A template made of a devcontainer.json, not written yet. */
export interface DevcontainerImport extends Imported {
  /** The devcontainer.json; absolute. */
  readonly source: string;
  /** The project's folder; absolute. */
  readonly folder: string;
  /** The one file to write. */
  readonly files: readonly NewFile[];
}

/** A devcontainer.json made of a template, not written yet. */
export interface DevcontainerExport extends Omit<Exported, 'dockerfile'> {
  /** The template's file; absolute. */
  readonly source: string;
  /** The devcontainer.json, and a Dockerfile beside it where one is needed. */
  readonly files: readonly NewFile[];
}

/** Templates out of devcontainer.json files, and the other way round. Neither needs an engine nor runs anything. */
export interface Devcontainers {
  /**
   * Reads the devcontainer.json of a folder, or the file that is named. `out`: where the template is to lie, since its
   * paths are relative to it; the folder's `berth.yaml` when left out.
   * @throws BerthError `devcontainer_not_found`, `devcontainer_ambiguous`, `devcontainer_invalid`, `folder_not_found`
   */
  import(path: string, out?: string): Promise<DevcontainerImport>;
  /**
   * Reads a folder's template, or the file that is named, with its parents. `out`: where the devcontainer.json is to
   * lie; `.devcontainer/devcontainer.json` in the folder when left out.
   * @throws BerthError `template_not_found`, `template_invalid`
   */
  export(path: string, out?: string): Promise<DevcontainerExport>;
  /** Writes all files or none. @throws BerthError `file_exists` unless `force`, `file_failed` */
  write(files: readonly NewFile[], options: { readonly force: boolean }): Promise<void>;
}
