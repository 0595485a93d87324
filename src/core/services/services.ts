import { text } from 'node:stream/consumers';
import type { CommandRunner, RunningCommand } from '../command';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import type { ProjectRow } from '../model';
import { generatedSecret } from '../secrets/source-generated';
import { controlCommand } from './control';
import { logCommand, serviceNotFound } from './logs';
import { parseStatus, servicesAtRest, statusScript } from './status';
import type { ServiceRow, ServiceVerb } from './types';

/** How commands get into a project's container. @throws BerthError `container_not_running`, `container_gone` */
export type Road = (row: ProjectRow, signal?: AbortSignal) => Promise<CommandRunner>;

/** A container that runs but looks at nothing is asked no longer than this, in milliseconds. */
const patience = 30_000;

/** What is known of a project and needed here. */
export type ServedRow = Pick<ProjectRow, 'name' | 'services'>;

/** The user's services in a container. */
export interface Services {
  /** As they are now, by name: one command; for one without services, or that does not run, none. */
  list(row: ProjectRow, signal?: AbortSignal): Promise<readonly ServiceRow[]>;
  /**
   * Starts, stops or restarts one, and comes back when it is done; what was counted of its deaths is forgotten. One that
   * waits for its secrets goes on waiting.
   * @throws BerthError `service_not_found`, `service_failed`
   */
  control(row: ProjectRow, name: string, verb: ServiceVerb, signal?: AbortSignal): Promise<ServiceRow>;
  /** The password that Berth made for one: the project's secret `generated:` of the same name; null where it has none. */
  password(row: Pick<ProjectRow, 'id' | 'secrets'>, name: string): Promise<string | null>;
  /** What one wrote, stdout and stderr together, from its oldest kept line. @throws BerthError `service_not_found` */
  logs(
    row: ProjectRow,
    name: string,
    options: { readonly follow: boolean; readonly tail: number | 'all' },
    signal?: AbortSignal,
  ): Promise<ServiceLog>;
}

/** As a container's own log: `ended` resolves when all has been read, or rejects as cancelled. */
export interface ServiceLog {
  readonly stdout: NodeJS.ReadableStream;
  readonly stderr: NodeJS.ReadableStream;
  readonly ended: Promise<void>;
}

/** Puts the room together; costs nothing until it is asked. */
export function createServices(home: Pick<BerthHome, 'dir'>, road: Road): Services {
  const known = (row: ProjectRow, name: string): void => {
    if (!row.services.includes(name)) throw serviceNotFound(row.name, name, row.services);
  };
  return {
    async list(row, signal) {
      if (row.services.length === 0 || row.state !== 'running') return servicesAtRest(row.services);
      return readServices(await road(row, signal), row, signal);
    },
    async control(row, name, verb, signal) {
      known(row, name);
      const runner = await road(row, signal);
      const said = await ask(runner, { argv: controlCommand(verb, name), user: 'root' }, signal);
      const found = (await readServices(runner, row, signal)).find((service) => service.name === name);
      if (found === undefined || found.state === 'unknown') throw unsupervised(row.name);
      if (said.code === 0) return found;
      throw new BerthError('service_failed', `${name} did not ${verb} in time; it is ${found.state} now.`, {
        hint: `See what it wrote: \`berth logs ${row.name} --service ${name}\`.`,
        cause: new Error(said.stderr),
      });
    },
    async password(row, name) {
      const made = row.secrets.some(({ from, state }) => from === `generated:${name}` && state === 'injected');
      return made ? generatedSecret(home, row.id, name) : null;
    },
    async logs(row, name, options, signal) {
      known(row, name);
      const runner = await road(row, signal);
      const command = await runner.run({ argv: logCommand(name, options), cwd: '/' }, signal);
      return { stdout: command.stdout, stderr: command.stderr, ended: logEnd(command, signal) };
    },
  };
}

async function logEnd(command: RunningCommand, signal?: AbortSignal): Promise<void> {
  await command.exit;
  signal?.throwIfAborted();
}

/** The services of a running container, by a command of one process or so; `unknown` where nothing supervises them. */
export async function readServices(
  runner: CommandRunner,
  row: ServedRow,
  signal?: AbortSignal,
): Promise<readonly ServiceRow[]> {
  const { stdout } = await ask(runner, { argv: ['/bin/sh', '-c', statusScript] }, signal);
  const found = parseStatus(stdout);
  return servicesAtRest(row.services).map(
    (rest) => found.find(({ name }) => name === rest.name) ?? { ...rest, state: 'unknown' },
  );
}

/** Says why nothing of a container's services runs. */
export function unsupervised(project: string): BerthError {
  return new BerthError('service_failed', `Nothing is supervised in ${project}: its image has no s6.`, {
    hint: 'Take a base image of Debian’s or Alpine’s family, or install s6 in `spec.run`; then `berth up --rebuild`.',
  });
}

async function ask(
  runner: CommandRunner,
  { argv, user }: { readonly argv: readonly string[]; readonly user?: string },
  signal?: AbortSignal,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const spec = { argv, cwd: '/', timeoutMs: patience, own: true, ...(user === undefined ? {} : { user }) };
  const command = await runner.run(spec, signal);
  const [stdout, stderr, { code }] = await Promise.all([text(command.stdout), text(command.stderr), command.exit]);
  signal?.throwIfAborted();
  return { code, stdout, stderr: stderr.trim() };
}
