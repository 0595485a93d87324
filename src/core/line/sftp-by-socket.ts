import type { SFTPWrapper } from 'ssh2';
import { timeLimit } from '../abort';
import type { BerthHome } from '../home';
import { dialShell } from './dial';
import { fileServer, listens } from './file-server';
import { firstWord } from './tunnel';
import type { LineTarget } from './types';

/**
 * SFTP with a server of the user's in the container, on a socket of its own: none of SSH's enciphering for what does not
 * leave this machine, and no sshd that hands it on. Never fails. `over`: resolves when it is to end;
 * `patienceMs`: how long a container that has connected may take until its server is there.
 * @returns null where the container does not connect, or has no such server
 */
export async function sftpBySocket(
  home: Pick<BerthHome, 'dialDir'>,
  { containerId, user }: Pick<LineTarget, 'containerId' | 'user'>,
  over: Promise<void>,
  patienceMs = 5_000,
): Promise<SFTPWrapper | null> {
  const shell = await dialShell(home, containerId);
  if (shell === null) return null;
  const { stream } = shell;
  const ended = new AbortController();
  void over.then(() => {
    ended.abort();
    stream.destroy();
  });
  try {
    stream.write(fileServer(user));
    await firstWord(shell, AbortSignal.any([ended.signal, timeLimit(patienceMs)]));
    const said = stream.read() as Buffer | null;
    if (said?.equals(listens) !== true) throw new Error('Not what the server says first');
    const { SFTP } = await import('ssh2/lib/protocol/SFTP.js');
    const open = { id: 0, window: Infinity, packetSize: Infinity, state: 'open' as const };
    const sftp = new SFTP(
      {
        _protocol: {
          _remoteIdentRaw: 'SSH-2.0-OpenSSH',
          channelData: (_id, bytes) => void stream.write(bytes),
          channelClose: () => stream.destroy(),
        },
      },
      { type: 'sftp', incoming: { ...open }, outgoing: { ...open } },
    );
    const ready = new Promise<void>((resolve, reject) => {
      sftp
        .once('ready', resolve)
        .once('error', reject)
        .once('close', () => reject(new Error('It ended')));
    });
    stream.once('close', () => {
      sftp.emit('close');
      sftp.push(null);
    });
    stream.on('error', () => undefined);
    stream.on('end', () => stream.destroy());
    stream.on('data', (bytes: Buffer) => sftp.push(bytes));
    sftp._init();
    await ready;
    return sftp;
  } catch {
    stream.destroy();
    return null;
  }
}
