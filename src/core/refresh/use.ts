import type { ContainerProcess } from '../engine/types';
import { isDialer, isFileServer, isSshd } from '../line/process-names';
import { waitingMark } from '../line/waiting-mark';

/**
 * What somebody does in a container right now: programs below an SSH session (a shell counts, it would be lost), and what
 * was started by the engine's exec. An editor's server goes on by itself and is no use; nor are Berth's own connections,
 * which are nothing but an sshd and an SFTP server. At most `most` commands, without arguments. `firstPid`: the container's
 * own first process. Pure.
 */
export function inUse(processes: readonly ContainerProcess[], firstPid: number | null, most = 3): readonly string[] {
  const known = new Map(processes.map((process) => [process.pid, process]));
  const isServer = (process: ContainerProcess): boolean =>
    isSshd(process) || isDialer(process) || isFileServer(process);
  // What hangs below the dialer came by a connection, as what the engine's exec started.
  const top = (process: ContainerProcess): ContainerProcess => {
    const parent = known.get(process.parent);
    const isTop = parent === undefined || parent.pid === process.pid || isDialer(parent);
    return isTop ? process : top(parent);
  };
  // A shell of the Line's that waits for a command is none.
  const waits = ({ command }: ContainerProcess): boolean => command.endsWith(` ${waitingMark}`);
  const used = processes.filter((process) => !isServer(process) && !waits(process) && top(process).pid !== firstPid);
  return [...new Set(used.map(({ command }) => command.split(/\s+/)[0] ?? command))].slice(0, most);
}
