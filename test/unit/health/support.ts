import type { HealthFacts, HealthReading } from '../../../src/core/health/facts';

/** The moment of every test here. */
export const now = Date.parse('2026-11-21T12:00:00Z');
export const ago = (ms: number): string => new Date(now - ms).toISOString();
export const hour = 3_600_000;
export const minute = 60_000;

/** A running container of two hours, of which nothing bad is known. */
export function facts(change: Partial<HealthFacts> = {}): HealthFacts {
  return {
    state: 'running',
    engineHealth: null,
    exitCode: null,
    oomKilled: false,
    restarts: null,
    restarting: false,
    finishedAt: null,
    created: ago(2 * hour),
    setup: null,
    template: [],
    reading: null,
    ...change,
  };
}

/** What a monitor found a moment ago, all of it good. */
export function reading(change: Partial<HealthReading> = {}): HealthReading {
  return {
    at: ago(1_000),
    until: ago(-3 * minute),
    usage: null,
    tooMuch: {},
    failing: {},
    crash: null,
    oomKill: null,
    base: null,
    services: [],
    startedAt: ago(2 * hour),
    oomKills: 0,
    ...change,
  };
}
