import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import type { Engine } from '../engine/types';
import { BerthError, cancelled, messageOf } from '../errors';
import type { BerthHome } from '../home';
import { shellCommand } from '../quote';
import { NotSentError, type Connection, type Execution } from './connection';
import { hostKey, lineKey } from './keys';
import { ReadyShells } from './ready-shells';
import { SilenceWatch, silentMs } from './silence';
import { sharedSftp } from './shared-sftp';
import { sftpBySocket } from './sftp-by-socket';
import { openChannel, type Exec } from './ssh-channel';
import { openTunnel, type Tunnel } from './tunnel';
import { lineAgent, openSocket } from './back-channel';
import type { LineSession, LineTarget } from './types';
import { waitingMark } from './waiting-mark';
import { waitingScript } from './waiting-shell';

/** How long sshd may take from its first word to a login, in milliseconds. */
const readyTimeoutMs = 20_000;
/** A connection over a network may die without a word: asked this often (ms), given up after three times. */
const keepaliveMs = 15_000;
/**
 * Connects to an sshd in the container, pinned to the project's host key.
 * @throws BerthError `container_not_running`, `container_gone`, `line_failed`
 */
export async function connectBySsh(
  engine: Engine,
  home: BerthHome,
  target: LineTarget,
  session: LineSession,
  signal?: AbortSignal,
): Promise<Connection> {
  const [{ default: ssh2 }, tunnel, login, host] = await Promise.all([
    import('ssh2'),
    openTunnel(engine, home, target, session, 'line', signal),
    lineKey(home),
    hostKey(home, target.projectId),
  ]);
  const client = new ssh2.Client();
  const closed = new Promise<void>((resolve) => void client.once('close', () => resolve()));
  const agent = session.back?.agent === undefined ? undefined : lineAgent(ssh2, session.back.agent);
  const pinned = Buffer.from(host.publicKey.split(' ')[1] ?? '', 'base64');
  // sshd is gone where its output ends; the stream's other half would stay open, and who logs in would wait for ever.
  tunnel.stream.once('end', () => tunnel.stream.destroy());
  await ready(client, tunnel, signal, () =>
    client.connect({
      sock: tunnel.stream,
      username: target.user,
      // Without asking first what sshd would take: one round trip less.
      authHandler: ['publickey'],
      privateKey: login.privateKey,
      hostVerifier: (key: Buffer) => key.equals(pinned),
      algorithms: { kex: ['curve25519-sha256'], serverHostKey: ['ssh-ed25519'], cipher: ['aes128-gcm@openssh.com'] },
      readyTimeout: readyTimeoutMs,
      keepaliveInterval: keepaliveMs,
      keepaliveCountMax: 3,
      ...(agent === undefined ? {} : { agent, agentForward: true }),
    }),
  );
  // An error of a connection that was up is told by its end.
  client.on('error', () => undefined);
  let isOpen = true;
  void closed.then(() => (isOpen = false));
  tunnel.stream.once('close', () => client.destroy());

  const silence = new SilenceWatch(silentMs, () => tunnel.stream.destroy());
  tunnel.stream.on('data', () => silence.heard()).once('close', () => silence.dispose());
  const ask = <T>(how: (done: (error: Error | undefined, answer: T) => void) => void): Promise<T> => {
    const answer = new Promise<T>((resolve, reject) => {
      const done = (error: Error | undefined, answer: T): void => {
        if (error === undefined) resolve(answer);
        else reject(error);
      };
      try {
        if (!isOpen) throw new Error('Not connected');
        how(done);
      } catch (error) {
        reject(new NotSentError(messageOf(error)));
      }
    });
    return silence.over(answer);
  };

  // There before the first command, which may be the one that asks.
  if (session.back !== undefined) await openSocket(client, session.back);

  const exec: Exec = (command, options) =>
    ask((done) => {
      client.exec(command, options, (error, channel) => {
        if (error === undefined) done(undefined, execution(channel));
        else done(error, undefined as never);
      });
    });
  const shells = new ReadyShells(async (wanted) => {
    const { script, common } = waitingScript(wanted);
    return { execution: await openChannel(exec, script, undefined, waitingMark), common };
  });
  void closed.then(() => shells.dispose());

  return {
    closed,
    get isOpen() {
      return isOpen;
    },
    start: async ({ wrap, script, nonce, common, tty, fresh }) =>
      // A look of Berth's own keeps no shells waiting.
      (fresh || wrap.own === true || tty !== undefined ? null : await shells.take(wrap, common)) ?? {
        execution: await openChannel(exec, script, tty),
        nonce,
        waited: false,
      },
    fill: () => shells.fill(),
    beside: async (argv) => {
      const helper = await openChannel(exec, `exec ${shellCommand(argv)}`);
      helper.stdout.resume();
      helper.stderr.resume();
      helper.stdin.end();
      await helper.closed;
    },
    awaiting: (answer) => silence.over(answer),
    sftp: sharedSftp(async () => (await sftpBySocket(home, target, closed)) ?? ask((done) => void client.sftp(done))),
    // Both families: a service may listen on ::1 alone.
    forward: async (port) => ({
      stream: await ask<Duplex>((done) => void client.forwardOut('127.0.0.1', 0, 'localhost', port, done)),
      whole: () => isOpen,
    }),
    end: () => {
      isOpen = false;
      client.end();
      tunnel.stream.destroy();
    },
  };
}

/** Listens at once: a short command's end comes in the same packet as the answer that it was started. */
function execution(channel: ClientChannel): Execution {
  let end: { code: number } | { signal: string } | null = null;
  channel.on('error', () => undefined);
  channel.once('exit', (code: number | null, signal?: string) => {
    end = code === null ? { signal: (signal ?? '').replace(/^SIG|@.*$/g, '') } : { code };
  });
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    closed: new Promise((resolve) => void channel.once('close', () => resolve(end))),
    resize: ({ rows, columns }) => channel.setWindow(rows, columns, 0, 0),
    abandon: () => channel.destroy(),
  };
}

function ready(client: Client, tunnel: Tunnel, signal: AbortSignal | undefined, begin: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (error: Error): void => {
      signal?.removeEventListener('abort', onAbort);
      client.destroy();
      tunnel.stream.destroy();
      reject(error);
    };
    // A turn later, when sshd's last words are here too, which may come on another stream.
    const fail = (error: unknown): void => void setImmediate(() => stop(refusal(error, tunnel)));
    const onAbort = (): void => stop(cancelled());
    if (signal?.aborted === true) {
      onAbort();
      return;
    }
    const onClose = (): void => fail(new Error('the connection ended'));
    signal?.addEventListener('abort', onAbort, { once: true });
    client.once('error', fail).once('close', onClose);
    client.once('ready', () => {
      signal?.removeEventListener('abort', onAbort);
      client.off('error', fail).off('close', onClose);
      resolve();
    });
    begin();
  });
}

function refusal(error: unknown, tunnel: Tunnel): BerthError {
  const words = messageOf(error);
  if (/host denied|verification failed/i.test(words)) {
    return new BerthError('line_failed', "The container's SSH host key is not the one pinned for this project.", {
      cause: error,
      hint: 'Make the container anew with `berth up --rebuild`.',
    });
  }
  const said = tunnel.exec.stderr().trim().split('\n').at(-1) ?? '';
  const why = said === '' ? words : `${words} (${said})`;
  return new BerthError('line_failed', `The Line to the container could not be opened: ${why}.`, { cause: error });
}
