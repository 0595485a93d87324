import type { ContainerProcess } from '../engine/types';

type Named = Pick<ContainerProcess, 'command'>;

/** What the dialer is called among a container's processes: what hangs below it came by a connection, as what exec starts. */
export const dialerName = 'berth-dial';

/** Whether a process is the dialer, or a call that it is just answering. Pure. */
export const isDialer = ({ command }: Named): boolean => command === dialerName;

/** Whether a process is an sshd: the one that a connection begins with, or those that serve it. Pure. */
export const isSshd = ({ command }: Named): boolean => /^sshd:|\/sshd /.test(command);

/** What Berth's own SFTP server is called, by which it is told from one of the user's. */
export const fileServerName = 'berth-files';

/** Whether a process is Berth's own SFTP server. Pure. */
export const isFileServer = ({ command }: Named): boolean => command === fileServerName;

/**
 * What a fork server that no sshd has started is called. It is to the watcher for idle containers what an sshd is, also to one of
 * a container that was made before there were such servers: that knows them by how their name begins.
 */
export const userServerName = 'sshd-berth';
