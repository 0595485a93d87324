import { posix, win32 } from 'node:path';
import type { EngineAttempt, EngineEndpoint } from './types';

/** What the choice of an engine depends on. `readText` gives a file's text, or null where it cannot be read. */
export interface EndpointFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly uid: number;
  readonly readText: (path: string) => string | null;
}

/**
 * Which engines to try. `named`: someone said which one it is to be, so no other is ever taken in its place.
 * `search`: the usual sockets, in order. `broken`: what was named cannot even be understood.
 */
export type EndpointChoice =
  | { readonly kind: 'named'; readonly endpoint: EngineEndpoint }
  | { readonly kind: 'search'; readonly endpoints: readonly EngineEndpoint[] }
  | { readonly kind: 'broken'; readonly attempt: EngineAttempt };

/** The path rules of the machine the facts are about, which in a test is not always this one. */
export function pathOf(facts: Pick<EndpointFacts, 'platform'>): typeof posix {
  return facts.platform === 'win32' ? win32 : posix;
}
