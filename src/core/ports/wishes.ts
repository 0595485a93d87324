import type { DeclaredPort } from '../model';
import type { PortMemory } from './memory';
import type { PortAsk, PortOrigin, PortRow, PortWant } from './types';

/** One forward to be had. */
export interface Wish {
  readonly port: number;
  /** The number wanted on 127.0.0.1. */
  readonly wanted: number;
  readonly origin: PortOrigin;
}

/** All that decides what is forwarded. */
export interface WishFacts {
  readonly declared: readonly DeclaredPort[];
  readonly memory: Pick<PortMemory, 'added' | 'stopped'>;
  /** What each process that takes part wants. */
  readonly wants: readonly PortWant[];
  /** Whether the engine is another machine, where a published port is not on this one's 127.0.0.1. */
  readonly remoteEngine: boolean;
}

/** What is to be forwarded, and the rows of all that is not. */
export interface Wishes {
  readonly forward: readonly Wish[];
  readonly rest: readonly PortRow[];
}

/** By what a forward is known as the same one: a project may have one port under two numbers. */
export function keyOf({ port, wanted }: Pick<Wish, 'port' | 'wanted'>): string {
  return `${port}:${wanted}`;
}

/** Pure: declared ports first, then those a person added, then those of running processes; each once. */
export function wishesOf({ declared, memory, wants, remoteEngine }: WishFacts): Wishes {
  const forward = new Map<string, Wish>();
  const rest: PortRow[] = [];
  const whole = wants.includes('project');
  const want = (wish: Wish): void => {
    if (!forward.has(keyOf(wish))) forward.set(keyOf(wish), wish);
  };
  for (const { port, host, publish } of declared) {
    const published = publish && !remoteEngine;
    const wanted = memory.added.find((ask) => ask.port === port)?.host ?? host;
    if (published) rest.push({ port, host, wanted: host, state: 'published', moved: null, origin: 'declared' });
    else if (whole && !memory.stopped.includes(port)) want({ port, wanted, origin: 'declared' });
    else rest.push({ port, host: null, wanted, state: 'off', moved: null, origin: 'declared' });
  }
  const isDeclared = (port: number): boolean => declared.some((one) => one.port === port);
  for (const ask of memory.added.filter(({ port }) => !isDeclared(port))) {
    const wish: Wish = { port: ask.port, wanted: ask.host ?? ask.port, origin: 'added' };
    if (whole) want(wish);
    else rest.push({ ...wish, host: null, state: 'off', moved: null });
  }
  for (const ask of wants.flatMap((one): readonly PortAsk[] => (one === 'project' ? [] : one))) {
    const had = [...forward.values()].find(({ port }) => port === ask.port);
    const offered = declared.find(({ port }) => port === ask.port)?.host;
    const wanted = ask.host ?? had?.wanted ?? offered ?? ask.port;
    want({ port: ask.port, wanted, origin: 'process' });
  }
  const wished = new Set(forward.keys());
  return { forward: [...forward.values()], rest: rest.filter((row) => row.state !== 'off' || !wished.has(keyOf(row))) };
}

/** Pure: the rows by their ports, however they were declared. */
export function inOrder(rows: readonly PortRow[]): PortRow[] {
  return [...rows].sort((a, b) => a.port - b.port || a.wanted - b.wanted);
}

/** Pure: the rows while nobody forwards anything. */
export function rowsAtRest(facts: Omit<WishFacts, 'wants'>): readonly PortRow[] {
  return inOrder(wishesOf({ ...facts, wants: [] }).rest);
}
