import type { ContextFile } from '../engine/types';
import type { BerthError, ErrorDetail } from '../errors';
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

/** A template with its parents merged in and its defaults filled. */
export interface ResolvedTemplate {
  readonly name: string;
  readonly description: string;
  /** From the template itself to its last parent, as absolute paths; a `berth.local.yaml` that lies over it comes last. */
  readonly files: readonly string[];
  readonly spec: TemplateSpec;
  /** Paths of fields that were written down in any of the files (`spec.ports`): what `up` refuses by name until its effect exists. */
  readonly written: ReadonlySet<string>;
  /** Where each of them was written last. */
  readonly origins: ReadonlyMap<string, SourcePosition>;
}

/** Facts about the place it will run in that the image depends on. */
export interface ImageTarget {
  readonly uid: number;
  readonly gid: number;
  readonly buildkit: boolean;
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
  /** Fields that are right but have no effect yet; only where there are no problems. */
  readonly pending: readonly ErrorDetail[];
  /** Where the file names its parent; null where it has none, or where its YAML is broken. */
  readonly extendsAt: SourcePosition | null;
}

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
  /** Fields that are valid but have no effect yet, by path; null when all is supported. */
  unsupported(resolved: ResolvedTemplate): BerthError | null;
  plan(resolved: ResolvedTemplate, target: ImageTarget): ImagePlan;
}
