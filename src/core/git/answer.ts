import type { Duplex } from 'node:stream';
import type { Grants } from './grants';
import type { Origin } from './origins';
import { longestRequest, type CredentialRequest } from './request';

/** What is to be done with a request. Pure data. */
export type Judgement = { readonly kind: 'fill' } | { readonly kind: 'refuse'; readonly message: string };

/** Whether a project's grants cover a request; if not, why, and what the person can do. Pure. */
export function judgeRequest(origin: Origin, grants: Grants, project: string): Judgement {
  const { token } = grants;
  if (token === undefined) {
    const message = `${project} may not use your credentials for ${origin}. To allow it, run on your machine: berth grant ${project}`;
    return { kind: 'refuse', message };
  }
  if (token.hosts.includes(origin)) return { kind: 'fill' };
  const allowed = token.hosts.join(', ');
  const message = `${project} may use your credentials for ${allowed} only, not for ${origin}. To allow that too, run on your machine: berth grant ${project} --host ${[...token.hosts, origin].join(' --host ')}`;
  return { kind: 'refuse', message };
}

/** What git in the container is told where this machine's git knows nothing. Pure. */
export function nothingFound({ origin }: CredentialRequest, seconds: number): string {
  return `git on your machine has no credentials for ${origin}, or did not give them within ${seconds} s. Sign in there first, with any git command that asks for them.`;
}

/** A sentence as the helper in the container reads it: one line, told from credentials by its first word. Pure. */
export function sentence(text: string): string {
  return `berth=${text.replace(/\s+/g, ' ')}\n`;
}

/** All that comes in, up to what a request can be; null where it is more, or does not end in time: then it is read no further. */
export function readAll(stream: Duplex, timeoutMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    let text = '';
    const settle = (result: string | null): void => {
      clearTimeout(timer);
      stream.off('data', take);
      if (result === null) stream.destroy();
      resolve(result);
    };
    const take = (chunk: string): void => {
      text += chunk;
      if (text.length > longestRequest) settle(null);
    };
    const timer = setTimeout(() => settle(null), timeoutMs);
    stream.setEncoding('utf8');
    stream.on('data', take);
    stream.once('end', () => settle(text)).once('close', () => settle(null));
  });
}
