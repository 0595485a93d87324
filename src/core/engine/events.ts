import type { Api } from './api';
import { BerthError, isCancelled } from '../errors';
import { jsonLines } from './lines';
import type { EngineEvent, EngineInfo } from './types';

/** An event as the engine sends it. Top-level `status`, `id` and `from` are gone from API 1.52 and not used here. */
interface RawEvent {
  readonly Type?: string;
  readonly Action?: string;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> | null };
  readonly time?: number;
  readonly timeNano?: number;
}

const remembered = 512;

/**
 * What changes a container, an image or a volume. The engine is asked for no others: each health check is an exec, of which
 * it tells three things, each start and end mounts and unmounts volumes, and every word wakes each process that listens.
 */
const changing =
  'create destroy die health_status oom pause rename start stop unpause update delete import load prune pull push tag untag';

/**
 * The engine's events from now on. An abort ends them quietly; a connection that breaks or an engine that closes the
 * stream ends them by `engine_unreachable`, for there is nothing left to hear.
 */
export async function* engineEvents(
  api: Api,
  { flavour }: Pick<EngineInfo, 'flavour'>,
  options: { readonly onOpen?: () => void },
  signal: AbortSignal,
): AsyncGenerator<EngineEvent, void> {
  const doing = 'listen to events';
  try {
    const type = ['container', 'image', 'volume'];
    // Podman knows its own words for them alone, such as `died` and `remove`.
    const query = { filters: { type, ...(flavour === 'docker' ? { event: changing.split(' ') } : {}) } };
    const response = await api.listen('/events', { doing, query, signal });
    // The engine sends its headers only once it has subscribed.
    options.onOpen?.();
    const isNew = once();
    for await (const raw of jsonLines(response)) {
      const event = engineEvent(raw);
      if (event !== null && isNew(raw as RawEvent)) yield event;
    }
  } catch (error) {
    if (signal.aborted || isCancelled(error)) return;
    if (error instanceof BerthError) throw error;
    throw ended(api, error);
  }
  if (!signal.aborted) throw ended(api, undefined);
}

/**
 * What the engine still remembers of one container between two instants of its own clock, in milliseconds since the epoch.
 * It keeps the last 256 events of all, so an empty answer says nothing.
 */
export async function pastEvents(
  api: Api,
  containerId: string,
  span: { readonly since: number; readonly until: number },
  signal?: AbortSignal,
): Promise<EngineEvent[]> {
  const filters = { type: ['container'], container: [containerId] };
  const query = { since: (span.since / 1000).toFixed(3), until: (span.until / 1000).toFixed(3), filters };
  const doing = 'look back at events';
  const found: EngineEvent[] = [];
  try {
    for await (const raw of jsonLines(await api.stream('GET', '/events', { doing, query, signal }))) {
      const event = engineEvent(raw);
      if (event !== null) found.push(event);
    }
  } catch (error) {
    throw api.failure(error, doing, signal);
  }
  return found;
}

function ended(api: Api, cause: unknown): BerthError {
  const message = `The connection to the container engine at ${api.endpoint.url} was lost.`;
  return new BerthError('engine_unreachable', message, {
    hint: 'Start the engine, then try again; `berth doctor` says what is wrong.',
    cause,
  });
}

/** One event in our words; null for what does not concern Berth. */
export function engineEvent(value: unknown): EngineEvent | null {
  const raw = value as RawEvent;
  const { Type: type, Action: action, Actor: actor } = raw;
  if (type !== 'container' && type !== 'image' && type !== 'volume') return null;
  // A health probe is an exec: three events each time that say nothing, from an engine that was not asked to leave them out.
  if (action === undefined || action.startsWith('exec_')) return null;
  const time = raw.timeNano === undefined ? (raw.time ?? 0) * 1000 : Math.floor(raw.timeNano / 1e6);
  return {
    type,
    action,
    id: actor?.ID ?? '',
    attributes: actor?.Attributes ?? {},
    time: time === 0 ? Date.now() : time,
  };
}

/** True for an event not seen lately: what the engine remembers is sent again to who listens anew. */
function once(): (raw: RawEvent) => boolean {
  const seen = new Set<string>();
  return ({ Type, Action, Actor, timeNano }) => {
    if (timeNano === undefined) return true;
    const key = [timeNano, Type, Action, Actor?.ID].join(' ');
    if (seen.has(key)) return false;
    seen.add(key);
    if (seen.size > remembered) seen.delete(seen.values().next().value ?? '');
    return true;
  };
}
