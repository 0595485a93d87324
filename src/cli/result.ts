import type { Carried, Needless, NewFile, NotCarried } from '../core/devcontainer/types';
import type { DoctorReport } from '../core/doctor';
import type { ErrorDetail } from '../core/errors';
import type { JournalEntry } from '../core/journal/entry';
import type { JournalStats } from '../core/journal/stats';
import type { GitAccess } from '../core/git/types';
import type { AgentSecret, GrantTarget } from '../core/secrets/agent-secrets-types';
import type { SshConfigStatus } from '../core/line/ssh-files';
import type { ProjectIdentity, ProjectRow, ReasonCode, SecretRow } from '../core/model';
import type { PortRow } from '../core/ports/types';
import type { PrunePlan, PruneResult } from '../core/projects/images';
import type { BuildResult, ProjectDetail, ProjectPlan, UpResult } from '../core/projects/types';
import type { RefreshResult, RollbackResult } from '../core/refresh/types';
import type { ServiceRow } from '../core/services/types';
import type { RestorePlan, Snapshot } from '../core/snapshots/types';
import type { StorageRow } from '../core/storage/look';
import type { CopyReport } from '../core/storage/unpack-folder';
import type { ImagePlan, TemplateEntry } from '../core/templates/types';
import type { AcceptResult, Worktree, WorktreeChanges } from '../core/worktrees/types';

/** One line that a container's main process wrote. */
export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** A devcontainer.json made a template of, or the other way round. */
export interface Converted {
  readonly verb: 'imported' | 'exported';
  /** Absolute path of what was read. */
  readonly source: string;
  /** What was written, or would be; the one that was asked for comes first. */
  readonly files: readonly NewFile[];
  readonly written: boolean;
  readonly carried: readonly Carried[];
  readonly needless: readonly Needless[];
  readonly notCarried: readonly NotCarried[];
}

/** What a verb came to. A verb decides nothing about looks: the text and the JSON renderer each know every kind. */
export type Result =
  | { readonly kind: 'up'; readonly up: UpResult }
  | { readonly kind: 'list'; readonly rows: readonly ProjectRow[] }
  | {
      readonly kind: 'status';
      readonly storage: readonly StorageRow[];
      /** What git in it may use; null where its template asks for nothing. */
      readonly git: GitAccess | null;
      readonly detail: ProjectDetail;
      readonly ports: readonly PortRow[];
      readonly services: readonly ServiceRow[];
    }
  | { readonly kind: 'plan'; readonly plan: ProjectPlan }
  | { readonly kind: 'service'; readonly row: ProjectRow; readonly service: ServiceRow }
  | { readonly kind: 'changed'; readonly verb: 'started' | 'stopped' | 'restarted'; readonly row: ProjectRow }
  | { readonly kind: 'refreshed'; readonly result: RefreshResult }
  | { readonly kind: 'rolled_back'; readonly result: RollbackResult }
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  /** `all`: those of every project. */
  | { readonly kind: 'snapshots'; readonly all: boolean; readonly found: readonly Snapshot[] }
  | { readonly kind: 'restored'; readonly snapshot: Snapshot; readonly result: RefreshResult }
  | { readonly kind: 'restore_plan'; readonly row: ProjectRow; readonly plan: RestorePlan }
  /** `dryRun`: it was only to be said what would go. */
  | {
      readonly kind: 'snapshots_removed';
      readonly dryRun: boolean;
      readonly removed: readonly Snapshot[];
      readonly kept: readonly Snapshot[];
    }
  | {
      readonly kind: 'removed';
      readonly row: ProjectRow;
      readonly kept: readonly string[];
      readonly deleted: readonly string[];
    }
  | {
      readonly kind: 'worktrees';
      readonly found: readonly { readonly worktree: Worktree; readonly row: ProjectRow | null }[];
    }
  /** `terminal`: it is read there, so that nothing in it may steer it. */
  | { readonly kind: 'worktree_changes'; readonly changes: WorktreeChanges; readonly terminal: boolean }
  | { readonly kind: 'accepted'; readonly accepted: AcceptResult }
  | { readonly kind: 'discarded'; readonly worktree: Worktree }
  | { readonly kind: 'secrets'; readonly row: ProjectRow; readonly secrets: readonly SecretRow[] }
  | { readonly kind: 'granted'; readonly row: ProjectRow; readonly access: GitAccess }
  | { readonly kind: 'agent_secrets'; readonly target: GrantTarget; readonly secrets: readonly AgentSecret[] }
  | {
      readonly kind: 'grants';
      readonly target: GrantTarget;
      readonly secrets: readonly AgentSecret[];
      readonly git: GitAccess | null;
    }
  /** `had`: git had been granted something; `secrets`: the names of those that were taken back. */
  | {
      readonly kind: 'revoked';
      readonly target: GrantTarget;
      readonly had: boolean;
      readonly secrets: readonly string[];
    }
  | {
      readonly kind: 'copied';
      readonly row: ProjectRow;
      readonly direction: 'out' | 'in';
      readonly folder: string;
      readonly report: CopyReport;
    }
  | { readonly kind: 'relinked'; readonly from: ProjectIdentity; readonly to: ProjectIdentity }
  | { readonly kind: 'built'; readonly built: BuildResult; readonly ms: number }
  | { readonly kind: 'templates'; readonly entries: readonly TemplateEntry[] }
  | { readonly kind: 'valid'; readonly file: string }
  | { readonly kind: 'dockerfile'; readonly template: string; readonly plan: ImagePlan }
  | { readonly kind: 'converted'; readonly converted: Converted }
  | { readonly kind: 'log_lines'; readonly lines: readonly LogLine[] }
  | { readonly kind: 'ssh_config_text'; readonly text: string; readonly file: string }
  | { readonly kind: 'ssh_config'; readonly action: 'install' | 'remove'; readonly status: SshConfigStatus }
  | { readonly kind: 'history'; readonly entries: readonly JournalEntry[] }
  | { readonly kind: 'history_stats'; readonly stats: JournalStats }
  | { readonly kind: 'snoozed'; readonly row: ProjectRow; readonly code: ReasonCode; readonly until: string | null }
  /** `pruned` is null where it was only to be said what would go. */
  | { readonly kind: 'gc'; readonly plan: PrunePlan; readonly pruned: PruneResult | null }
  | { readonly kind: 'doctor'; readonly report: DoctorReport }
  /** All was written while it ran; only the exit code is left. */
  | { readonly kind: 'exit'; readonly code: number };

/** What went wrong, as the renderers tell it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly errors?: readonly ErrorDetail[];
}
