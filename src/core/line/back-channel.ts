import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type ssh2 from 'ssh2';
import { messageOf } from '../errors';
import type { BackChannel } from './types';

/**
 * Opens this connection's socket in the container; each connection has one of its own, so that several processes answer
 * beside each other and none takes another's away. A container whose sshd will not have it does without.
 * @returns the socket's path; null without one
 */
export function openSocket(client: ssh2.Client, { folder, answer }: BackChannel): Promise<string | null> {
  if (answer === undefined) return Promise.resolve(null);
  const path = `${folder}/${randomBytes(6).toString('hex')}.sock`;
  client.on('unix connection', (_info, accept) => {
    const stream = accept();
    stream.on('error', () => undefined);
    answer(stream);
  });
  return new Promise((resolve) => {
    const over = (): void => resolve(null);
    client.once('close', over);
    client.openssh_forwardInStreamLocal(path, (error) => {
      client.off('close', over);
      resolve(error === undefined ? path : null);
    });
  });
}

/** The SSH agent that sessions of a connection ask; never used to log in. */
export function lineAgent({ OpenSSHAgent }: typeof ssh2, open: () => Promise<Duplex>): ssh2.BaseAgent {
  return new (class extends OpenSSHAgent {
    override getStream(done: (error: Error | null, stream: Duplex) => void): void {
      open().then(
        (stream) => {
          stream.on('error', () => undefined);
          done(null, stream);
        },
        (error: unknown) => done(new Error(messageOf(error)), undefined as never),
      );
    }
  })('');
}
