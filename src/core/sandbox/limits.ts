import type { AgentCeiling } from './agent-settings';

/** What an agent asks for a container of its own; undefined is as much as it may have. */
export interface AskedLimits {
  readonly cpus: number | undefined;
  readonly memoryMb: number | undefined;
  readonly pids: number | undefined;
  readonly ttlSeconds: number | undefined;
}

/** What it gets, and what to tell it of that. `ttlMs`: milliseconds from the making. */
export interface GivenLimits {
  readonly cpus: number;
  readonly memoryMb: number;
  readonly pids: number;
  readonly ttlMs: number;
  readonly notices: readonly string[];
}

/** No more than the user's ceiling, whatever is asked for; what is cut is said, with the ceiling. Pure. */
export function givenLimits(asked: AskedLimits, ceiling: AgentCeiling): GivenLimits {
  const notices: string[] = [];
  const within = (what: string, wanted: number | undefined, most: number, unit = ''): number => {
    if (wanted === undefined || wanted <= most) return wanted ?? most;
    notices.push(`${what} is ${most}${unit}, not ${wanted}${unit}: the user allows agents no more.`);
    return most;
  };
  return {
    cpus: within('cpus', asked.cpus, ceiling.cpus),
    memoryMb: within('memory', asked.memoryMb, Math.floor(ceiling.memory / 2 ** 20), ' MB'),
    pids: within('pids', asked.pids, ceiling.pids),
    ttlMs: within('ttl', asked.ttlSeconds, Math.floor(ceiling.ttl / 1000), ' s') * 1000,
    notices,
  };
}
