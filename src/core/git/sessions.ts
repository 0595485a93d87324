import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { BerthHome } from '../home';
import type { BackChannel, LineSession, LineTarget } from '../line/types';
import { messageOf } from '../errors';
import type { Logger } from '../log';
import type { ProjectRow } from '../model';
import { judgeRequest, nothingFound, readAll, sentence } from './answer';
import { gitEnvironment, socketFolder } from './environment';
import { fillCredential, fillMs } from './fill';
import { readGrants } from './grants';
import { noIdentity, type GitIdentity } from './identity';
import { parseRequest } from './request';
import type { GitAccessKind, Origin } from './types';

/** How long, in milliseconds, the asking side may take to say what it wants. */
const askMs = 5_000;

export interface GitSessionParts {
  readonly home: BerthHome;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Who commits in a folder of this machine. */
  readonly identity: (folder: string) => Promise<GitIdentity>;
  /** The project as it is now; undefined where it is not known. */
  readonly row: (project: string) => ProjectRow | undefined;
  readonly used: (row: ProjectRow, kind: GitAccessKind, host: Origin | null) => Promise<void>;
  readonly refused: (row: ProjectRow, kind: GitAccessKind, host: Origin | null) => void;
  readonly log: Logger;
}

/** What git gets in sessions of a container: variables, and a way to ask this process. Grants are looked up at each request. */
export async function gitSession(parts: GitSessionParts, target: LineTarget): Promise<LineSession> {
  const row = parts.row(target.projectId);
  if (row === undefined) return { environment: {} };
  const { git: wish, name: project, folder } = row;
  const [owner, identity] = await Promise.all([
    parts.home.owner(),
    wish.identity === 'host' ? parts.identity(folder) : noIdentity,
  ]);
  const sockets = socketFolder(owner);
  const environment = gitEnvironment(target.environment, { wish, identity, project, sockets });
  if (wish.credentials === 'none') return { environment };
  const back: BackChannel = {
    folder: sockets,
    ...(wish.credentials === 'token'
      ? { answer: (stream: Duplex) => void answer(parts, target.projectId, stream) }
      : { agent: () => openAgent(parts, target.projectId) }),
  };
  return { environment, back };
}

/** Answers one request of git's; whatever happens, the asking side hears an end. */
async function answer(parts: GitSessionParts, project: string, stream: Duplex): Promise<void> {
  try {
    const request = parseRequest((await readAll(stream, askMs)) ?? '');
    const row = parts.row(project);
    if (request === null || row?.git.credentials !== 'token') return;
    const { origin } = request;
    const judged = judgeRequest(origin, await readGrants(parts.home, project), row.name);
    if (judged.kind === 'refuse') {
      parts.refused(row, 'token', origin);
      stream.write(sentence(judged.message));
      return;
    }
    const found = await fillCredential(request, parts.home.dir, { env: parts.env });
    if (found === null) {
      stream.write(sentence(nothingFound(request, fillMs / 1000)));
      return;
    }
    // It may have been revoked meanwhile.
    if (judgeRequest(origin, await readGrants(parts.home, project), row.name).kind === 'refuse') return;
    await parts.used(row, 'token', origin);
    stream.write(found);
  } catch (error) {
    parts.log.log('warn', `A request for git's credentials failed: ${messageOf(error)}`, error);
  } finally {
    stream.end();
  }
}

/** A connection to this machine's SSH agent, where the project may use it. */
async function openAgent(parts: GitSessionParts, project: string): Promise<Duplex> {
  const row = parts.row(project);
  if (row?.git.credentials !== 'agent' || (await readGrants(parts.home, project)).agent === undefined) {
    if (row !== undefined) parts.refused(row, 'agent', null);
    throw new Error('The SSH agent was not granted to this project');
  }
  const path = agentPath(parts.env, process.platform);
  if (path === null) throw new Error('There is no SSH agent on this machine');
  const stream = await new Promise<Duplex>((resolve, reject) => {
    const socket = connect(path);
    // Also for later: an agent that goes away before anybody listens must not end this process.
    socket.on('error', reject).once('connect', () => resolve(socket));
  });
  await parts.used(row, 'agent', null);
  return stream;
}

/** Where this machine's agent listens; null without one. Pure. */
export function agentPath(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): string | null {
  const named = env['SSH_AUTH_SOCK'] ?? '';
  if (named !== '') return named;
  return platform === 'win32' ? '\\\\.\\pipe\\openssh-ssh-agent' : null;
}
