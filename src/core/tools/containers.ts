import { z } from 'zod';
import type { Limits, Usage } from '../model';
import { container, project } from './schemas';
import { tool } from './tool';
import { projectOf } from './words';

/** Lists containers. */
export const list = tool({
  name: 'list',
  title: 'List containers',
  description: 'The containers of this user’s projects, and apart from them those that agents spawned.',
  input: z.object({}),
  output: z.object({ containers: z.array(project), agents: z.array(project) }),
  hints: { readOnly: true, idempotent: true },
  async run({ core, signal }) {
    const all = (await core.projects.refresh(signal)).rows.map(projectOf);
    return {
      containers: all.filter(({ kind }) => kind === 'project'),
      agents: all.filter(({ kind }) => kind === 'agent'),
    };
  },
});

/** Finds a project’s container. */
export const attach = tool({
  name: 'attach',
  title: 'Use a project’s container',
  description:
    'Finds the container of a project by its name, its id or its folder on this machine, and starts it if it is stopped. What comes back names it for all other tools.',
  input: z.object({ project: z.string().min(1).max(4096).describe('A name, an id, or an absolute path.') }),
  output: project,
  hints: { idempotent: true },
  async run({ core, boxes, signal }, { project: query }) {
    const row = await boxes.row(query, signal);
    return projectOf(row.state === 'stopped' ? await core.projects.start(row, signal) : row);
  },
});

const usage = z
  .object({
    cpu_percent: z.number().nullable(),
    memory_bytes: z.number(),
    memory_percent: z.number().nullable(),
    disk_percent: z.number().nullable(),
    pids: z.number(),
  })
  .nullable();

const limits = z.object({
  cpus: z.number().nullable(),
  memory_bytes: z.number().nullable(),
  pids: z.number().nullable(),
});

/** Tells how a container is. */
export const status = tool({
  name: 'status',
  title: 'Look at a container',
  description: 'A container’s state, health with reasons, services, limits and what it uses now.',
  input: z.object({ container }),
  output: z.object({
    container: project,
    reasons: z.array(z.object({ code: z.string(), message: z.string() })),
    services: z.array(z.object({ name: z.string(), state: z.string(), ready: z.boolean() })),
    limits,
    usage,
  }),
  hints: { readOnly: true, idempotent: true },
  async run({ core, boxes, signal }, { container: name }) {
    const row = await boxes.row(name, signal);
    const [detail, services] = await Promise.all([
      core.projects.detail(row, signal),
      row.state === 'running' && row.services.length > 0 ? core.services.list(row, signal) : [],
    ]);
    return {
      container: projectOf(detail.row),
      reasons: detail.row.reasons.map(({ code, message }) => ({ code, message })),
      services: services.map(({ name: service, state, ready }) => ({ name: service, state, ready })),
      limits: limitsOf(detail.limits),
      usage: usageOf(detail.usage),
    };
  },
});

/** Tells what a container uses. */
export const stats = tool({
  name: 'stats',
  title: 'Measure a container',
  description: 'What a container uses now: CPU, memory, disk and processes. Null while it does not run.',
  input: z.object({ container }),
  output: z.object({ limits, usage }),
  hints: { readOnly: true, idempotent: true },
  async run({ core, boxes, signal }, { container: name }) {
    const detail = await core.projects.detail(await boxes.row(name, signal), signal);
    return { limits: limitsOf(detail.limits), usage: usageOf(detail.usage) };
  },
});

function limitsOf({ cpus, memoryBytes, pids }: Limits): z.output<typeof limits> {
  return { cpus, memory_bytes: memoryBytes, pids };
}

function usageOf(use: Usage | null): z.output<typeof usage> {
  if (use === null) return null;
  return {
    cpu_percent: use.cpuPercent,
    memory_bytes: use.memoryBytes,
    memory_percent: use.memoryPercent,
    disk_percent: use.diskPercent,
    pids: use.pids,
  };
}
