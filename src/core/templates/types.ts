import type { ContextFile, FolderEntry } from '../engine/image-requests';
import type { ErrorDetail } from '../errors';
import type { TemplateSpec } from './schema';
import type { SourcePosition } from './tree';

export type { SourcePosition } from './tree';
export type { TemplateSpec } from './schema';

/** Where a template came from, which also is its rank in the catalogue's list. */
export type TemplateOrigin = 'workspace' | 'user' | 'built-in';

/** One entry of the catalogue. A file with errors is listed too, with what is wrong in it. */
export interface TemplateEntry {
  readonly name: string;
  readonly description: string;
  readonly origin: TemplateOrigin;
  /** Absolute path. */
  readonly file: string;
  readonly problems: readonly ErrorDetail[];
}

/** What one file of a chain brought to a merged list. */
export interface ListShare {
  readonly names: number;
  /** Whether the file is a project's own, whose lists grow, rather than a parent. */
  readonly edited: boolean;
}

/** A template with its parents merged in and its defaults filled. */
export interface ResolvedTemplate {
  readonly name: string;
  readonly description: string;
  /** From the template itself to its last parent, as absolute paths; a `berth.local.yaml` that lies over it comes last. */
  readonly files: readonly string[];
  readonly spec: TemplateSpec;
  /** How `spec.packages.apt` came about, from its beginning; decides which names are installed by one step. */
  readonly aptShares?: readonly ListShare[];
  /** Paths of fields that were written down in any of the files (`spec.ports`), however it came about. */
  readonly written: ReadonlySet<string>;
  /** Where each of them was written last. */
  readonly origins: ReadonlyMap<string, SourcePosition>;
}

/** Facts about the place it will run in that the image depends on. */
export interface ImageTarget {
  readonly uid: number;
  readonly gid: number;
  readonly buildkit: boolean;
  /** Certificates of authorities that the image is to trust besides those of its distribution. */
  readonly certificates?: readonly ExtraCertificate[];
}

/** One file of certificates in PEM, named after its content: `berth-<12 hex digits>.crt`. */
export interface ExtraCertificate {
  readonly name: string;
  readonly pem: string;
}

/** What an image is laid upon, once that was looked at; what a template says alone is not all of it. */
export type ImageSource =
  /** `from` is what FROM names: the template's `base_image`, or the same by its digest. `identity`: a locked image that only its id can name. */
  | { readonly kind: 'base'; readonly from: string; readonly identity?: string }
  | { readonly kind: 'dockerfile'; readonly own: OwnDockerfile }
  /** `id`: the engine's id of the image, null while it is not there. `lacks`: what has to be added before it can be used. */
  | { readonly kind: 'prebuilt'; readonly from: string; readonly id: string | null; readonly lacks: PrebuiltLacks };

/** What a prebuilt image has not got of all that Berth needs in it. */
export interface PrebuiltLacks {
  readonly tools: boolean;
  readonly user: boolean;
  readonly certificates: boolean;
}

/** What a lock file says of an image: its registry's digest for all platforms, or the engine's id on each platform. */
export type LockedImage = { readonly digest: string } | { readonly ids: Readonly<Record<string, string>> };

/** By the image's reference as templates write it. */
export type LockedImages = Readonly<Record<string, LockedImage>>;

/** Images of a Dockerfile by other names, such as by their digest, and ids of those that no name pins. */
export interface Pins {
  readonly names: ReadonlyMap<string, string>;
  readonly identities: readonly string[];
}

/** A Dockerfile of the user's own with its context, which is built before Berth's layers are laid upon it. */
export interface OwnDockerfile {
  readonly dockerfile: string;
  /** Where it lies; absolute. */
  readonly file: string;
  /** Its name in the context, at the top of it. */
  readonly name: string;
  readonly folder: readonly FolderEntry[];
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Images that it is built on or copies from, as they are written; those that a variable of the build decides are left out. */
  readonly bases: readonly string[];
  readonly fingerprint: string;
  readonly tag: string;
}

/** What a build needs, byte for byte the same for the same template and target. */
export interface ImagePlan {
  readonly dockerfile: string;
  readonly context: readonly ContextFile[];
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Hex SHA-256 over all the build depends on, and only that. */
  readonly fingerprint: string;
  /** `berth/<template>:<first 12 digits of the fingerprint>` */
  readonly tag: string;
  readonly baseImage: string;
  /** The template's own Dockerfile, to be built first: what it makes is the `baseImage`. */
  readonly own?: OwnDockerfile;
  /** A prebuilt image that has all it needs: `tag` is its own name, and nothing is built. */
  readonly prebuilt?: true;
  /** Name of the login user (`root` for uid 0) and its home folder. */
  readonly user: string;
  readonly home: string;
}

/** Why a template was proposed for a folder, such as `found pyproject.toml: python 3.12`. */
export interface TemplateProposal {
  readonly template: string;
  readonly reason: string;
  /** In place of the template's own `base_image`, where the folder asks for another version: one of a known few. */
  readonly baseImage?: string;
}

/** What an editor shows in a template as one types. */
export interface TemplateCheck {
  /** Every error in the file, in its parents and in what lies over it; each names its file. */
  readonly problems: readonly ErrorDetail[];
  /** Where the file names its parent; null where it has none, or where its YAML is broken. */
  readonly extendsAt: SourcePosition | null;
}

/** The templates room: which templates there are, what one comes to, and the image that follows from it. */
export interface Templates {
  list(workspace?: string): Promise<TemplateEntry[]>;
  /** A name, or a path to a file. @throws BerthError `template_not_found`, `template_invalid` (with every error) */
  resolve(nameOrFile: string, workspace?: string): Promise<ResolvedTemplate>;
  /** The folder's own `berth.yaml`, else what is proposed for it. */
  forFolder(
    folder: string,
  ): Promise<{ readonly resolved: ResolvedTemplate; readonly proposal: TemplateProposal | null }>;
  propose(folder: string): Promise<TemplateProposal>;
  /** Every error in a file, those of its parents too; empty when it is right. */
  validate(file: string): Promise<ErrorDetail[]>;
  /**
   * The same for a file that is being edited: `texts` holds unsaved texts by their absolute path, which count in place of
   * what is on disk. A `berth.local.yaml` is checked together with the `berth.yaml` beside it. Never throws for a template.
   */
  check(file: string, texts: ReadonlyMap<string, string>): Promise<TemplateCheck>;
  /** `source`: what the image is laid upon, where that is more than the name in `base_image`. */
  plan(resolved: ResolvedTemplate, target: ImageTarget, source?: ImageSource): ImagePlan;
  /**
   * Reads the template's own Dockerfile and its context. `project`: the folder that it is for, which a container can write:
   * no link leads out of there. @throws BerthError `template_invalid`
   */
  ownDockerfile(resolved: ResolvedTemplate, project: string, pins?: Pins): Promise<OwnDockerfile>;
  /** Authorities that the user's settings name. @throws BerthError `certificate_invalid` */
  certificates(): Promise<readonly ExtraCertificate[]>;
}
