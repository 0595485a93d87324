import type { ServiceRow } from '../../core/services/types';
import { serviceStateText } from '../../core/services/words';
import { duration } from './layout';

type Json = Readonly<Record<string, unknown>>;

/** A service as `--json` shows it; its keys are a contract. */
export function serviceJson({ name, state, ready, restarts, pid, uptime, port }: ServiceRow): Json {
  return { name, state, ready, restarts, pid, uptime_s: uptime, port };
}

/** A service in one line. */
export function serviceText(service: ServiceRow): string {
  const { name, pid, uptime } = service;
  const facts = [
    serviceStateText(service),
    ...(uptime === null ? [] : [`up ${duration(uptime * 1000)}`]),
    ...(pid === null ? [] : [`pid ${pid}`]),
  ];
  return `${name}: ${facts.join(', ')}`;
}
