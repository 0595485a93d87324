import type { z } from 'zod';
import type { ProjectRow } from '../model';
import type { OutputPart, Recorded } from '../sandbox/types';
import type { project, recorded } from './schemas';

/** The core's words in those of the tools, which are a contract. */
export function projectOf(row: ProjectRow): z.output<typeof project> {
  const { id, name, folder, template, state, health, detail, user, agent } = row;
  return {
    ...{ id, name, folder, template, state, health, detail, user, workspace: row.workspacePath },
    kind: agent === undefined ? 'project' : 'agent',
    branch: agent?.branch ?? null,
    expires: agent?.expires ?? null,
    secrets: row.secrets.filter((one) => one.state === 'injected').map((one) => one.name),
  };
}

export function recordedOf(record: Recorded): z.output<typeof recorded> {
  const { id, state, cursor, repeated } = record;
  return {
    id,
    state,
    exit_code: record.exitCode,
    duration_ms: record.ms,
    stdout: partOf(record.stdout),
    stderr: partOf(record.stderr),
    cursor,
    repeated,
  };
}

function partOf({ text, encoding, left, dropped }: OutputPart): z.output<typeof recorded>['stdout'] {
  return { text, encoding, left, truncated: dropped };
}
