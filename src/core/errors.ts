/** Every code an error of Berth can carry; a contract of `--json`, explained one by one in docs/errors.md. */
export const errorCodes = [
  'bad_usage',
  'engine_unreachable',
  'engine_permission_denied',
  'engine_unsupported',
  'engine_error',
  'project_not_found',
  'project_ambiguous',
  'folder_not_found',
  'folder_not_usable',
  'template_invalid',
  'template_not_found',
  'volume_refused',
  'settings_invalid',
  'devcontainer_not_found',
  'devcontainer_ambiguous',
  'devcontainer_invalid',
  'file_exists',
  'workspace_untrusted',
  'image_not_found',
  'image_unusable',
  'registry_denied',
  'build_failed',
  'disk_full',
  'lock_invalid',
  'lock_outdated',
  'certificate_invalid',
  'container_not_running',
  'container_gone',
  'container_expired',
  'container_conflict',
  'port_taken',
  'memory_in_use',
  'post_create_failed',
  'post_start_failed',
  'refresh_waits',
  'canary_failed',
  'nothing_to_roll_back',
  'snapshot_not_found',
  'snapshot_exists',
  'snapshot_in_use',
  'service_not_found',
  'service_failed',
  'secret_missing',
  'secret_not_granted',
  'secret_failed',
  'command_not_found',
  'command_timed_out',
  'call_denied',
  'approval_needed',
  'command_limit',
  'command_unknown',
  'command_unrecordable',
  'line_failed',
  'line_lost',
  'file_not_found',
  'file_failed',
  'file_outside',
  'file_changed',
  'worktree_not_found',
  'git_failed',
  'merge_conflicts',
  'changes_in_the_way',
  'nothing_to_accept',
  'ssh_config_failed',
  'ssh_client_missing',
  'locked',
  'internal',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** One of several findings under one error, such as each mistake in a template. */
export interface ErrorDetail {
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
  readonly expected?: string;
  readonly suggestion?: string;
}

/** What an error says beside its one sentence. */
export interface BerthErrorOptions {
  /** What to do next, one sentence. */
  readonly hint?: string;
  readonly errors?: readonly ErrorDetail[];
  /** Goes to the log only, never to a face. */
  readonly cause?: unknown;
}

/** A failure a person can act on: one sentence, a code, a hint. Cancelling is not one of these: see {@link isCancelled}. */
export class BerthError extends Error {
  override readonly name = 'BerthError';
  readonly hint: string | undefined;
  readonly errors: readonly ErrorDetail[] | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: BerthErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
    this.errors = options.errors;
  }
}

/** The text of anything thrown, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Wraps what is not yet a {@link BerthError}; leaves cancellation and our own errors as they are. */
export function toBerthError(error: unknown, code: ErrorCode, message: string, hint?: string): Error {
  if (error instanceof BerthError || isCancelled(error)) return error as Error;
  return new BerthError(code, message, { cause: error, ...(hint === undefined ? {} : { hint }) });
}

/** True for what an aborted AbortSignal throws. */
export function isCancelled(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || ('code' in error && error.code === 'ABORT_ERR'));
}

/** What to throw where an aborted signal has to end the work. */
export function cancelled(): DOMException {
  return new DOMException('Cancelled', 'AbortError');
}
