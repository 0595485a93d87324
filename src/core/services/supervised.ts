import { hasStartNeeds } from '../projects/start-due';
import type { TemplateSpec } from '../templates/schema';
import type { InternalService, Probe, ServiceProgram, Supervised } from './types';

/** What a template's container has to keep running, for the user that its image was made for, `internal` beside it. Pure. */
export function supervisedIn(
  spec: TemplateSpec,
  { user, home }: { readonly user: string; readonly home: string },
  internal: readonly InternalService[],
): Supervised {
  return {
    services: servicePrograms(spec),
    internal,
    user,
    home,
    workspace: spec.workspace.path,
    waitForReady: hasStartNeeds(spec),
    readOnlyRoot: spec.security.read_only_root,
  };
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
