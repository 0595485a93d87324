/** The part of ssh2 that speaks SFTP: no public road leads to it but over an SSH connection. As of ssh2 1.17. */
declare module 'ssh2/lib/protocol/SFTP.js' {
  import type { SFTPWrapper } from 'ssh2';

  interface Side {
    readonly id: number;
    /** Bytes that may still be sent. */
    window: number;
    /** The most bytes in one piece. */
    readonly packetSize: number;
    state: 'open' | 'closing' | 'closed';
  }

  /** What it asks of the SSH client whose channel it is. */
  interface Carrier {
    readonly _protocol: {
      /** The server's greeting, by which OpenSSH is told from others. */
      readonly _remoteIdentRaw: string;
      channelData(id: number, bytes: Buffer): void;
      channelClose(id: number): void;
    };
  }

  interface Channel {
    readonly type: 'sftp';
    readonly incoming: Side;
    readonly outgoing: Side;
  }

  /** Tells `ready` once the server has answered {@link _init}. */
  const SFTP: new (
    carrier: Carrier,
    channel: Channel,
  ) => SFTPWrapper & {
    _init(): void;
    /** Takes bytes of the server's; null where there are no more. */
    push(bytes: Buffer | null): void;
  };
  export { SFTP };
}
