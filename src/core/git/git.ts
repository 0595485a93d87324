import type { CommandRunner } from '../command';
import type { Engine } from '../engine/types';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import { DisposableStore, Emitter } from '../lifetime';
import type { Disposable } from '../lifetime';
import type { SshFiles } from '../line/ssh-files';
import type { Lines, LineTarget, SessionSource } from '../line/types';
import type { Logger } from '../log';
import type { ProjectRow } from '../model';
import type { Record } from '../projects/record';
import type { Projects } from '../projects/types';
import { changeGrants, readGrants, type Grants } from './grants';
import { rememberedIdentity } from './identity';
import { originOf, workspaceOrigins, type Origin } from './origins';
import { Refusals } from './refusals';
import { keepLine } from './serve';
import { gitSession, type GitSessionParts } from './sessions';
import type { Git, GitAccess, GitAccessKind, GitAsked } from './types';

export interface GitContext {
  readonly home: BerthHome;
  readonly env: GitSessionParts['env'];
  readonly ssh: Pick<SshFiles, 'ensureHost'>;
  readonly projects: () => Projects;
  readonly lines: () => Promise<Lines>;
  readonly record: Record;
  readonly log: Logger;
}

/** The room as the rest of the core uses it. */
export interface GitRoom extends Git, Disposable {
  readonly session: SessionSource;
  /** The road of one-shot processes: the engine's exec, or the Line where git may ask this machine. */
  runner(engine: Engine, target: LineTarget): Promise<CommandRunner>;
}

/** Puts the room together; costs nothing until a session begins. */
export function createGit(context: GitContext): GitRoom {
  const { home, env, log, record } = context;
  const owned = new DisposableStore();
  const asked = owned.add(new Emitter<GitAsked>());
  const changed = owned.add(new Emitter<string>());
  const refusals = new Refusals();
  const rowOf = (id: string): ProjectRow | undefined => context.projects().snapshot.rows.find((row) => row.id === id);

  const write = (row: ProjectRow, kind: 'access_used' | 'access_refused', cause: string): Promise<void> =>
    record(
      { project: row, template: row.template },
      () => Promise.resolve(),
      () => ({ kind, cause, container: row.container }),
    );
  const parts: GitSessionParts = {
    home,
    env,
    log,
    identity: rememberedIdentity(env),
    row: rowOf,
    used: (row, kind, host) => write(row, 'access_used', accessWords(kind, host === null ? [] : [host])),
    refused(row, kind, host) {
      asked.fire({ project: { id: row.id, name: row.name }, kind, host });
      const cause = accessWords(kind, host === null ? [] : [host]);
      if (refusals.isNews(row.id, cause)) void write(row, 'access_refused', cause);
    },
  };

  /** The entry of the user's own ssh says whether the agent is passed on. */
  const settle = async (row: ProjectRow, agent: boolean): Promise<void> => {
    changed.fire(row.id);
    if (agent && row.container !== null) await context.ssh.ensureHost(row);
  };

  return {
    onDidAsk: asked.event,
    onDidChange: changed.event,
    session: (target) => gitSession(parts, target),
    async runner(engine, target) {
      const wish = rowOf(target.projectId)?.git.credentials ?? 'none';
      const mayAsk = wish !== 'none' && (await readGrants(home, target.projectId))[wish] !== undefined;
      if (mayAsk) return (await context.lines()).get(target);
      const { createEngineRunner } = await import('../line/engine-runner');
      return createEngineRunner(engine, target, () => gitSession(parts, target));
    },
    async look(row, signal) {
      const kind = row.git.credentials;
      if (kind === 'none') return null;
      const grants = await readGrants(home, row.id);
      if (kind === 'agent') return { kind, granted: grants.agent !== undefined, hosts: [] };
      const hosts = grants.token?.hosts ?? (await workspaceOrigins(row.folder, env, signal));
      return { kind, granted: grants.token !== undefined, hosts };
    },
    async grant(row, hosts, signal) {
      const { kind, change, access } = await toGrant(row, hosts, env, signal);
      await record(
        { project: row, template: row.template },
        () => changeGrants(home, row.id, (grants) => ({ ...grants, [kind]: change })),
        () => ({ kind: 'access_granted', cause: accessWords(kind, access.hosts), container: row.container }),
      );
      await settle(row, kind === 'agent');
      return access;
    },
    async revoke(row) {
      const had = (grants: Grants): boolean => Object.keys(grants).length > 0;
      const { before } = await record(
        { project: row, template: row.template },
        () => changeGrants(home, row.id, () => ({})),
        ({ before: was }) => {
          if (!had(was)) return null;
          const all = [
            ...(was.token === undefined ? [] : [accessWords('token', was.token.hosts)]),
            ...(was.agent === undefined ? [] : [accessWords('agent', [])]),
          ];
          return { kind: 'access_revoked', cause: all.join('; '), container: row.container };
        },
      );
      await settle(row, before.agent !== undefined);
      return had(before);
    },
    serve: (row) => owned.add(keepLine(context.projects(), row.id, log)),
    dispose: () => owned.dispose(),
  };
}

async function toGrant(
  row: ProjectRow,
  named: readonly string[] | undefined,
  env: GitContext['env'],
  signal?: AbortSignal,
): Promise<{ kind: GitAccessKind; change: Grants[GitAccessKind]; access: GitAccess }> {
  const kind = row.git.credentials;
  const at = new Date().toISOString();
  if (kind === 'none') {
    throw new BerthError('bad_usage', `The template of ${row.name} asks for no credentials.`, {
      hint: 'Write `git: { credentials: token }` or `agent` into it first.',
    });
  }
  if (kind === 'agent') {
    if (named !== undefined) throw new BerthError('bad_usage', 'The SSH agent is granted whole, not for a server.');
    return { kind, change: { at }, access: { kind, granted: true, hosts: [] } };
  }
  const hosts = named === undefined ? await workspaceOrigins(row.folder, env, signal) : named.map(readOrigin);
  if (hosts.length === 0) {
    throw new BerthError('bad_usage', `No remote of ${row.folder} names a server over HTTPS.`, {
      hint: 'Name it: `--host https://github.com`.',
    });
  }
  const all = [...new Set(hosts)].sort();
  if (named === undefined && all.length > 1) {
    throw new BerthError('bad_usage', `The remotes of ${row.name} name ${all.length} servers: ${all.join(', ')}.`, {
      hint: `A program in the container can add one, so name those that you mean: \`berth grant ${row.name} --host SERVER\`.`,
    });
  }
  return { kind, change: { hosts: all, at }, access: { kind, granted: true, hosts: all } };
}

function readOrigin(text: string): Origin {
  const origin = originOf(text.includes('://') ? text : `https://${text}`);
  if (origin !== null) return origin;
  throw new BerthError('bad_usage', `"${text}" is no server, such as https://github.com.`);
}

/** What is granted, in a few words for a person: `token for https://github.com`, `the SSH agent`. Pure. */
export function accessWords(kind: GitAccessKind, hosts: readonly Origin[]): string {
  if (kind === 'agent') return 'the SSH agent';
  return hosts.length === 0 ? 'token' : `token for ${hosts.join(', ')}`;
}
