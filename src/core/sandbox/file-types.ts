/** Bytes of a file that one call takes or gives. */
export const callBytes = 1024 * 1024;

export type FileKind = 'file' | 'folder' | 'link' | 'other';

/** What lies at a path. `modified`: ISO 8601. */
export interface FileFacts {
  readonly kind: FileKind;
  readonly size: number;
  /** Permission bits in octal, such as `644`. */
  readonly mode: string;
  readonly modified: string;
  /** Where a link leads, as it is written; null for what is none. */
  readonly target: string | null;
}

export interface FileEntry extends Omit<FileFacts, 'target'> {
  readonly name: string;
}

/** A piece of a file, in base64 where it is no text. */
export interface FilePiece {
  readonly text: string;
  readonly encoding: 'utf8' | 'base64';
  /** Of the whole file, in bytes. */
  readonly size: number;
  /** Offset to read on from; null at the end of the file, or where lines were asked for. */
  readonly next: number | null;
  /** SHA-256 of the file in hex where this piece is all of it, else null. */
  readonly sha256: string | null;
}

/** Bytes from `offset`, at most {@link callBytes}; with `lines` so many lines from the `first` (1 is the first) instead. */
export interface ReadRange {
  readonly offset: number;
  readonly length: number;
  readonly lines?: { readonly first: number; readonly count: number };
}

export interface WriteOptions {
  /** SHA-256 that the file must have now; `absent`: it must not be there. */
  readonly expected?: string;
  /** Makes the folders above it. */
  readonly parents?: boolean;
}

/** `path`: where it really lies, after all links. */
export interface Written {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}
