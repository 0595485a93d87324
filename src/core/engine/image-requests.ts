/** One file of a build context. Modes are permission bits; times and owners are fixed by the tar writer. */
export interface ContextFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode?: number;
}

/** What of a folder on this machine goes into a build context: read only while it is sent. */
export type FolderEntry =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly source: string;
      readonly size: number;
      readonly mode: number;
    }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'folder'; readonly path: string; readonly mode: number };

export interface BuildRequest {
  readonly tag: string;
  readonly dockerfile: string;
  /** Its name in the context, where that can be seen by what it copies; one that no file has when left out. */
  readonly dockerfileName?: string;
  readonly context: readonly ContextFile[];
  /** Entries of a folder, beside `context`. */
  readonly folder?: readonly FolderEntry[];
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly noCache: boolean;
  /** The images it is built on: whose registries' credentials the builder is handed. */
  readonly bases?: readonly string[];
}

/** An image to be made of a container. */
export interface CommitRequest {
  readonly tag: string;
  /** Over those that the container has. */
  readonly labels: Readonly<Record<string, string>>;
  /** Over what the container has. */
  readonly environment: Readonly<Record<string, string>>;
}
