import type { ContainerDetail, ContainerSummary } from '../engine/types';
import type { BerthHome } from '../home';
import type { LineSession } from '../line/types';
import { labels } from '../model';
import { specAtMaking } from '../projects/made-spec';
import { gitEnvironment, socketFolder } from './environment';
import { readGrants } from './grants';
import { hostIdentity, noIdentity, type GitIdentity } from './identity';
import { recalledIdentity } from './recalled-identity';
import { gitWishOf } from './wish';

/**
 * What git gets in sessions of the user's own ssh and of Remote-SSH, by what the container was made with: `ssh-proxy` reads no
 * template. The agent is passed on by ssh itself; for tokens some other process of Berth's has to answer, as an editor
 * window does.
 */
export async function gitBehindSsh(
  home: BerthHome,
  container: ContainerDetail,
  identity: Promise<GitIdentity> = identityFor(container),
): Promise<LineSession> {
  const label = (key: keyof typeof labels): string => container.labels[labels[key]] ?? '';
  const wish = gitWishOf(specAtMaking(container));
  const [owner, who, grants] = await Promise.all([home.owner(), identity, readGrants(home, label('project'))]);
  const sockets = socketFolder(owner);
  const environment = gitEnvironment(container.environment, { wish, identity: who, project: label('name'), sockets });
  if (wish.credentials === 'none') return { environment };
  const agent = wish.credentials === 'agent' && grants.agent !== undefined;
  const carried = () => Promise.reject(new Error('ssh carries its own agent'));
  return { environment, back: { folder: sockets, ...(agent ? { agent: carried } : {}) } };
}

/**
 * Who commits there: told by a program of its own, which is worth starting before there is an answer to wait for. With
 * Berth's home, an answer that another process had a moment ago does.
 */
export function identityFor(container: Pick<ContainerSummary, 'labels'>, home?: BerthHome): Promise<GitIdentity> {
  const { labels: told } = container;
  const { identity } = gitWishOf(specAtMaking(container));
  if (identity !== 'host') return Promise.resolve(noIdentity);
  const folder = told[labels.folder] ?? '';
  const project = told[labels.project] ?? '';
  return home === undefined ? hostIdentity(folder) : recalledIdentity({ home, project, folder, env: process.env });
}
