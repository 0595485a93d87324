import type { SFTPWrapper } from 'ssh2';

/** One SFTP channel for all who ask, opened on demand and again after it has closed, or could not be opened. */
export function sharedSftp(open: () => Promise<SFTPWrapper>): () => Promise<SFTPWrapper> {
  let shared: Promise<SFTPWrapper> | undefined;
  const forget = (opening: Promise<SFTPWrapper>): void => {
    if (shared === opening) shared = undefined;
  };
  return () => {
    if (shared !== undefined) return shared;
    const opening = open().then((sftp) => {
      sftp.on('error', () => undefined);
      sftp.setMaxListeners(0); // One listener a request under way.
      sftp.once('close', () => forget(opening));
      return sftp;
    });
    shared = opening;
    opening.catch(() => forget(opening));
    return opening;
  };
}
