import type { TemplateSpec } from '../templates/schema';
import { agentTool } from './table';

type Persist = TemplateSpec['persist'];
type Agents = Pick<TemplateSpec, 'agents'>;

/** Folders in which a template's agents keep their settings, sessions and sign-in, each once. Pure. */
export function agentStatePaths({ agents }: Agents): readonly string[] {
  return [...new Set(agents.flatMap((name) => agentTool(name).state))];
}

/** What is persisted, with what agents keep: a home that lasts holds it anyway, a list or nothing is added to. Pure. */
export function persistWithAgents(spec: Agents & Pick<TemplateSpec, 'persist'>): Persist {
  const paths = agentStatePaths(spec);
  if (spec.persist === 'home' || paths.length === 0) return spec.persist;
  return [...new Set([...(spec.persist === 'none' ? [] : spec.persist), ...paths])];
}

/** Variables that agents need in the container. `home`: the login user's. What the template sets goes before them. Pure. */
export function agentEnvironment({ agents }: Agents, home: string): Readonly<Record<string, string>> {
  const entries = agents.flatMap((name) => Object.entries(agentTool(name).environment ?? {}));
  return Object.fromEntries(entries.map(([name, value]) => [name, value.replace(/^~(?=\/)/, home)]));
}
