import { isIPv4 } from 'node:net';
import { BerthError } from '../errors';
import type { RemoteFiles } from '../line/types';

/** The kernel's word for a socket that listens. */
const listenState = '0A';

/** Where the system takes numbers from that nobody chose: editor servers, debuggers and their like listen there. */
const chosenBySystem = { from: 32_768, to: 60_999 };

/** As the kernel writes them: 127.0.0.1, ::1, all of IPv4, all of IPv6, and the first and third as mapped into IPv6. */
const reachable = new Set([
  '0100007F',
  '00000000000000000000000001000000',
  '00000000',
  '00000000000000000000000000000000',
  '0000000000000000FFFF00000100007F',
  '0000000000000000FFFF000000000000',
]);

/** Pure: the ports in a text of /proc/net/tcp or tcp6 on which something listens where a forward to localhost reaches it. */
export function listeningPorts(table: string): readonly number[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    return state === listenState && reachable.has(address) ? [Number.parseInt(port, 16)] : [];
  });
}

/** Reads what listens in the container: two files over SFTP, so that no process is started for it. */
export async function readListening(files: RemoteFiles, signal?: AbortSignal): Promise<readonly number[]> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((path) => table(files, path, signal)));
  return [...new Set(tables.flatMap(listeningPorts))].sort((a, b) => a - b);
}

/** A kernel without IPv6 has no table of it. */
async function table(files: RemoteFiles, path: string, signal?: AbortSignal): Promise<string> {
  try {
    return (await files.read(path, signal)).toString('latin1');
  } catch (error) {
    if (error instanceof BerthError && error.code === 'file_not_found') return '';
    throw error;
  }
}

/** What a question about ports depends on. */
export interface QuestionFacts {
  /** Two looks, the later one last: what listens for a moment only is not asked about. */
  readonly before: readonly number[];
  readonly now: readonly number[];
  /** Ports with a row already: declared, forwarded, published. */
  readonly known: readonly number[];
}

/** Pure: the ports to ask a person about. */
export function questionsFor({ before, now, known }: QuestionFacts): readonly number[] {
  return now.filter(
    (port) =>
      before.includes(port) && !known.includes(port) && (port < chosenBySystem.from || port > chosenBySystem.to),
  );
}

/** Pure: whether an engine's address is another machine: what it publishes is not on this one's 127.0.0.1. */
export function isRemoteEngine(url: string): boolean {
  if (url.startsWith('ssh:')) return true;
  if (!/^(tcp|https?):/.test(url)) return false;
  const host = new URL(url.replace(/^tcp:/, 'http:')).hostname;
  return !(host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.')));
}
