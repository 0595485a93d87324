import { sizeOf } from '../../core/size';
import type { HealthReason, ProjectRow, ReasonCode } from '../../core/model';
import type { CommandId } from '../commands/ids';
import { escapeMarkdown } from './markdown';

/** Reasons that count, the worst first: all but those that were put off. */
export function counting(row: ProjectRow): readonly HealthReason[] {
  return row.reasons.filter(({ snoozed }) => snoozed === null);
}

/** What a person may do about a reason: the button of its message, and the command behind it. */
export interface Remedy {
  readonly label: string;
  readonly command: CommandId;
  /** The same as a sentence. */
  readonly advice: string;
}

const refresh: Remedy = {
  label: 'Refresh',
  command: 'berth.refresh',
  advice: 'Refresh it: a new container, with the workspace and what is kept.',
};
const logs = (advice: string): Remedy => ({ label: 'Show Logs', command: 'berth.showLogs', advice });
const restart = (advice: string): Remedy => ({ label: 'Restart', command: 'berth.restart', advice });

const remedies: Readonly<Record<ReasonCode, Remedy>> = {
  crashed: { label: 'Start', command: 'berth.start', advice: 'Look at its log for the cause, then start it.' },
  restarting: logs('The engine starts it again by itself, five times at most. Its log has the cause.'),
  health_command_failed: restart('Run the template’s health.command in a terminal to see why, or restart it.'),
  workspace_missing: restart('See that the project’s folder is where it was, then restart it.'),
  no_answer: restart('Restart it; the log may have the cause.'),
  setup_failed: {
    label: 'Go On',
    command: 'berth.up',
    advice: 'Mend the cause; Up goes on at the command that failed.',
  },
  service_failed: {
    label: 'Show Service Log',
    command: 'berth.showServiceLog',
    advice: 'Mend the cause, then start the service again.',
  },
  out_of_memory: logs('Give it more by resources.memory in its template, or run less at once.'),
  restarted: logs('It works again. Its log has the cause.'),
  memory_high: logs('End what uses it, or give it more by resources.memory in its template.'),
  workspace_disk_high: logs('Free space on the disk that the project’s folder lies on.'),
  container_disk_high: logs('Free space on the engine’s disk: Remove Unused Images… helps.'),
  sshd_missing: refresh,
  folder_moved: { ...refresh, advice: 'Tell where the folder is now: berth relink.' },
  template_changed: { ...refresh, advice: 'Refresh it to have what the template says now.' },
  image_changed: refresh,
  base_changed: refresh,
  berth_changed: refresh,
  too_old: refresh,
};

export function remedyFor(code: ReasonCode): Remedy {
  return remedies[code];
}

/** What it used at the last probe, in a few words; empty where nobody knows. */
export function useText({ use }: ProjectRow): string {
  if (use === null) return '';
  const parts = [
    use.cpuPercent === null ? '' : `cpu ${Math.round(use.cpuPercent)} %`,
    `memory ${sizeOf(use.memoryBytes)}${use.memoryPercent === null ? '' : ` (${Math.round(use.memoryPercent)} %)`}`,
    use.diskPercent === null ? '' : `disk ${Math.round(use.diskPercent)} %`,
    `${use.pids} processes`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** The document behind *Why?*: each reason, since when, and what to do. Times are written by `when`. Pure. */
export function healthDocument(row: ProjectRow, when: (instant: string) => string): string {
  const lines = row.reasons.flatMap((reason) => {
    const since = reason.since === null ? '' : ` (since ${when(reason.since)})`;
    const off = reason.snoozed === null ? '' : ` Put off until ${when(reason.snoozed)}.`;
    return [
      `## ${escapeMarkdown(reason.message)}`,
      '',
      `${reason.health}: \`${reason.code}\`${since}.${off}`,
      '',
      remedyFor(reason.code).advice,
      '',
    ];
  });
  const { maxAge, maxDisk, maxMemory, retries } = row.thresholds;
  const use = useText(row);
  return [
    `# ${escapeMarkdown(row.name)} is ${row.state === 'running' ? row.health : row.state}`,
    '',
    ...(lines.length === 0 ? ['Nothing is known against it.', ''] : lines),
    '## What it goes by',
    '',
    ...(use === '' ? [] : [`At the last look: ${use}.`, '']),
    `The template allows ${Math.round(maxAge / 3_600_000)} hours of age, ${maxDisk} % of the disk and ${maxMemory} % of its memory (five minutes above count), and ${retries} failed checks in a row.`,
    '',
  ].join('\n');
}
