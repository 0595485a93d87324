import { createHash } from 'node:crypto';
import type { JournalEntry } from '../journal/entry';
import type { ProjectRow } from '../model';
import type { Client, Outcome } from './calls';

/** A call that is over. */
export interface FinishedCall {
  readonly tool: string;
  readonly input: unknown;
  readonly client: Client;
  readonly ms: number;
}

/**
 * A call as the journal keeps it: the tool, who asked, how it ended, and a digest of the arguments by which they can be
 * told from others, since they themselves may hold what nobody should read. Pure but for the time.
 */
export function callEntry(
  { tool, input, client, ms }: FinishedCall,
  outcome: Outcome,
  rows: readonly ProjectRow[],
): JournalEntry {
  const digest = createHash('sha256')
    .update(JSON.stringify(input ?? {}))
    .digest('hex');
  const row = rowFor(input, outcome, rows);
  const by = [client.name, client.version]
    .join(' ')
    .trim()
    .replace(/[^\x20-\x7e]/g, '')
    .slice(0, 80);
  return {
    at: new Date().toISOString(),
    actor: 'agent',
    kind: 'tool_called',
    project: row === null ? null : { id: row.id, name: row.name },
    container: row?.container ?? null,
    template: null,
    cause: `${tool.slice(0, 80)} by ${by}, arguments ${digest.slice(0, 16)}`,
    ms,
    code: outcome.ok ? null : outcome.failure.code,
  };
}

/** The project that was meant: by the container's name, a command's id, or what came of it. */
function rowFor(input: unknown, outcome: Outcome, rows: readonly ProjectRow[]): ProjectRow | null {
  const words = [input, outcome.ok && 'container' in outcome.value ? outcome.value.container : null].flatMap((from) => {
    if (typeof from !== 'object' || from === null) return [];
    const { container, id } = from as { readonly container?: unknown; readonly id?: unknown };
    return [container, id].filter((word) => typeof word === 'string');
  });
  return rows.find(({ id, name }) => words.some((word) => word === name || word.split('.')[0] === id)) ?? null;
}
