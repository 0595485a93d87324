import type { SFTPWrapper } from 'ssh2';
import { cancelled, messageOf } from '../errors';

/** The connection broke while an operation was under way. */
export class ChannelClosed extends Error {}

/** The callbacks of one SFTP channel as promises that also end when the channel does, or the caller's patience. */
export class Sftp {
  constructor(
    private readonly sftp: SFTPWrapper,
    private readonly signal: AbortSignal | undefined,
  ) {}

  call<T>(work: (sftp: SFTPWrapper, done: (error: Error | null | undefined, value: T) => void) => void): Promise<T> {
    const { sftp, signal } = this;
    return new Promise<T>((resolve, reject) => {
      const onClose = (): void => reject(new ChannelClosed('The SFTP channel was closed'));
      const onAbort = (): void => reject(cancelled());
      if (signal?.aborted === true) {
        onAbort();
        return;
      }
      sftp.once('close', onClose);
      signal?.addEventListener('abort', onAbort, { once: true });
      const done = (error: Error | null | undefined, value: T): void => {
        sftp.off('close', onClose);
        signal?.removeEventListener('abort', onAbort);
        if (error == null) resolve(value);
        // What the server says has a number.
        else reject('code' in error ? error : new ChannelClosed(error.message, { cause: error }));
      };
      try {
        work(sftp, done);
      } catch (error) {
        done(new ChannelClosed(messageOf(error)), undefined as T);
      }
    });
  }

  /** The same operations whether or not the caller still waits: for closing and clearing away what was begun. */
  get afterwards(): Sftp {
    return new Sftp(this.sftp, undefined);
  }

  do(work: (sftp: SFTPWrapper, done: (error: Error | null | undefined) => void) => void): Promise<undefined> {
    return this.call<undefined>((sftp, done) => work(sftp, (error) => done(error, undefined)));
  }
}
