/** Who caused a change: a person in the editor, a command line, an agent over MCP, or Berth by itself. */
export const actors = ['user', 'cli', 'agent', 'monitor'] as const;
export type Actor = (typeof actors)[number];

/**
 * What happened; `failed` stands for an action that did not come to its end. `recovered`: the engine started a crashed
 * container again; `healed`: Berth mended something by itself. A session is a person's or an editor's way into a container:
 * an SSH connection, a terminal. A tool is what an agent calls over MCP.
 */
export const happenings = [
  'image_built',
  'created',
  'replaced',
  'refreshed',
  'rolled_back',
  'snapshot_made',
  'snapshot_restored',
  'snapshot_removed',
  'changes_accepted',
  'changes_discarded',
  'started',
  'stopped',
  'restarted',
  'removed',
  'relinked',
  'access_granted',
  'access_revoked',
  'access_used',
  'access_refused',
  'stale',
  'crashed',
  'recovered',
  'healed',
  'session_started',
  'session_ended',
  'tool_called',
  'failed',
] as const;
export type HappeningKind = (typeof happenings)[number];

/** One line of the journal. Holds no secret and no output of commands. */
export interface JournalEntry {
  /** ISO 8601 instant at which it was over. */
  readonly at: string;
  readonly actor: Actor;
  readonly kind: HappeningKind;
  /** Null for what concerns no project, such as an image that was built. */
  readonly project: { readonly id: string; readonly name: string } | null;
  /** The engine's id of the container as it was left; null without one. */
  readonly container: string | null;
  /** The template's name, where one was used. */
  readonly template: string | null;
  /** Why, in one sentence; null where it was simply asked for. */
  readonly cause: string | null;
  /** Milliseconds that it took. */
  readonly ms: number;
  /** The error's code of what failed, the reason's of what turned stale; null otherwise. */
  readonly code: string | null;
}

/** Reads one line; null for a torn one, or one of a version that wrote something else. */
export function parseEntry(line: string): JournalEntry | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  return isEntry(value) ? value : null;
}

function isEntry(value: unknown): value is JournalEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { at, actor, kind, project, container, template, cause, ms, code } = value as Record<string, unknown>;
  return (
    typeof at === 'string' &&
    !Number.isNaN(Date.parse(at)) &&
    actors.some((known) => known === actor) &&
    happenings.some((known) => known === kind) &&
    (project === null || isProject(project)) &&
    [container, template, cause, code].every((text) => text === null || typeof text === 'string') &&
    typeof ms === 'number'
  );
}

function isProject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name } = value as Record<string, unknown>;
  return typeof id === 'string' && typeof name === 'string';
}
