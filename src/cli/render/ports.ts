import type { ProjectIdentity } from '../../core/model';
import type { PortRow } from '../../core/ports/types';

type Json = Readonly<Record<string, unknown>>;

/** A port as `--json` shows it; its keys are a contract. */
export function portJson({ port, host, wanted, state, moved, origin }: PortRow): Json {
  return { port, host, wanted, state, moved, origin };
}

/** The document of `forward`. */
export function portsJson({ id, name, folder }: ProjectIdentity, rows: readonly PortRow[]): Json {
  return { schema: 1, outcome: 'ok', project: { id, name, folder }, ports: rows.map(portJson) };
}
