import type { Answer } from './answers';
import type { EngineInfo } from './types';

/** What an engine said of itself, without how it is reached: that may hold a key. */
export type KnownInfo = Omit<EngineInfo, 'id' | 'endpoint' | 'recalled'>;

/** What is kept of an engine between processes. */
export interface KnownEngine {
  readonly info: KnownInfo;
  /** See {@link markOf}. */
  readonly mark: string;
}

/** One behind a local socket. */
export interface KnownLocalEngine {
  /** `unix://` and the socket's path. */
  readonly url: string;
  readonly known: KnownEngine;
}

/**
 * Facts of engines that earlier processes asked for: an engine starts programs of its own to answer for its version and
 * its machine (35 ms here), and a ping that takes one tells whether it is still the same.
 */
export interface KnownEngines {
  /** Null where nothing is known, or not of late. `id`: the engine's, where it is known already and need not be made of the URL. */
  recall(url: string, id?: string): Promise<KnownEngine | null>;
  /** Never fails: what could not be kept is asked for again. */
  remember(url: string, known: KnownEngine): Promise<void>;
}

/** Which engine, of which version, gave an answer: another one says another. Null where it does not say. Pure. */
export function markOf({ headers }: Pick<Answer, 'headers'>): string | null {
  const said = [headers['server'], headers['api-version']];
  return said.every((one) => typeof one === 'string') ? said.join(' API ') : null;
}
