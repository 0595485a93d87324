import type { SecretSource } from '../templates/schema';
import type { KnownSecrets } from './known';

/** One secret as a template declares it. */
export interface SecretWish {
  readonly name: string;
  readonly from: SecretSource;
  readonly as: 'env' | 'file';
  /** The file in the container, absolute or below `~/`; only with `as: file`. */
  readonly path: string | null;
  /** Permissions of the file, octal. */
  readonly mode: string;
  /** Whether a missing one keeps the container's services from beginning. */
  readonly required: boolean;
}

/** What was found at a source. */
export type Found =
  | { readonly kind: 'value'; readonly bytes: Buffer }
  /** It is not there in this window or shell; what another one injected stays. */
  | { readonly kind: 'absent'; readonly why: string }
  /** It should have answered and did not. The sentence holds nothing of a value. */
  | { readonly kind: 'failed'; readonly why: string };

/** The editor's secret storage, where there is an editor. */
export interface SecretStorage {
  /** @returns undefined where nothing is stored under the key */
  get(key: string): Promise<string | undefined>;
}

/** Where sources are read: this machine, this process. */
export interface SourceContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The project's folder: what `file:` paths are relative to. */
  readonly folder: string;
  /** Null on a command line. */
  readonly storage: SecretStorage | null;
  /** Berth's own passwords of the project, by name; absent where they cannot be made. */
  readonly generated?: (name: string) => Promise<string>;
}

/** What this process has to read secrets with. */
export interface SecretsHands extends Omit<SourceContext, 'folder' | 'generated'> {
  /** Values that it has had in its hands. */
  readonly known: KnownSecrets;
}
