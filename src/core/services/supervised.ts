import type { TemplateSpec } from '../templates/schema';
import type { InternalService, Probe, ServiceProgram } from './types';

/** The programs of Berth's own that a template asks for: what needs one adds it here. Pure. */
export function internalServices(_spec: TemplateSpec): readonly InternalService[] {
  return [];
}

/** A template's services, by name. Pure. */
export function servicePrograms({ services }: Pick<TemplateSpec, 'services'>): readonly ServiceProgram[] {
  return Object.entries(services)
    .map(([name, { command, ready, restart }]) => {
      const probe = ready === undefined ? null : probeOf(ready);
      return { name, command, restart, ...(probe === null ? {} : { ready: probe }) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function probeOf(ready: NonNullable<TemplateSpec['services'][string]['ready']>): Probe | null {
  if (ready.http !== undefined) return { kind: 'http', port: ready.http };
  if (ready.tcp !== undefined) return { kind: 'tcp', port: ready.tcp };
  return ready.command === undefined ? null : { kind: 'command', command: ready.command };
}
