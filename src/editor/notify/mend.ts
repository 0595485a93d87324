import type { ErrorCode } from '../../core/errors';
import type { CommandId } from '../commands/ids';

/** The one button that mends a failure. */
export interface Mend {
  readonly label: string;
  readonly command: CommandId | 'workbench.trust.manage';
}

const doctor: Mend = { label: 'Run Doctor', command: 'berth.doctor' };
const edit: Mend = { label: 'Edit Template', command: 'berth.editTemplate' };
const open: Mend = { label: 'Open Project in Container', command: 'berth.up' };

/** Pure: which button goes with an error, if one does. */
export function mendFor(code: ErrorCode): Mend | undefined {
  switch (code) {
    case 'engine_unreachable':
    case 'engine_permission_denied':
    case 'engine_unsupported':
    case 'disk_full':
    case 'ssh_config_failed':
    case 'ssh_client_missing':
    case 'line_failed':
      return doctor;
    case 'template_invalid':
    case 'template_not_found':
    case 'image_not_found':
    case 'build_failed':
    case 'image_unusable':
    case 'volume_refused':
    case 'post_create_failed':
    case 'post_start_failed':
    case 'memory_in_use':
    case 'port_taken':
    case 'service_not_found':
    case 'canary_failed':
      return edit;
    case 'service_failed':
      return { label: 'Show Service Log', command: 'berth.showServiceLog' };
    case 'secret_missing':
      return { label: 'Refresh Secrets', command: 'berth.refreshSecrets' };
    case 'workspace_untrusted':
      return { label: 'Manage Trust', command: 'workbench.trust.manage' };
    case 'container_not_running':
      return { label: 'Start', command: 'berth.start' };
    case 'project_not_found':
      return { ...open, label: 'Up' };
    case 'container_gone':
      return { ...open, label: 'Make Anew' };
    case 'devcontainer_not_found':
    case 'devcontainer_ambiguous':
    case 'devcontainer_invalid':
    case 'file_exists':
    case 'bad_usage':
    case 'refresh_waits':
    case 'nothing_to_roll_back':
    case 'snapshot_not_found':
    case 'snapshot_exists':
    case 'snapshot_in_use':
    case 'secret_failed':
    case 'secret_not_granted':
    case 'engine_error':
    case 'project_ambiguous':
    case 'folder_not_found':
    case 'folder_not_usable':
    case 'container_conflict':
    case 'command_not_found':
    case 'command_timed_out':
    case 'command_limit':
    case 'command_unknown':
    case 'command_unrecordable':
    case 'line_lost':
    case 'file_not_found':
    case 'file_failed':
    case 'file_outside':
    case 'file_changed':
    case 'worktree_not_found':
    case 'git_failed':
    case 'merge_conflicts':
    case 'changes_in_the_way':
    case 'nothing_to_accept':
    case 'locked':
    case 'registry_denied':
    case 'lock_invalid':
    case 'lock_outdated':
    case 'certificate_invalid':
    case 'settings_invalid':
    case 'approval_needed':
    case 'call_denied':
    case 'container_expired':
    case 'internal':
      return undefined;
  }
}
