import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { run } from './exec';

/** A network bridge of an engine's own: two engines on one bridge would give the same addresses twice. */
export interface Bridge {
  readonly name: string;
  /** Flags of dockerd that put its containers on this bridge. */
  readonly flags: readonly string[];
  remove(): Promise<void>;
}

/** Packets larger than the way out takes are dropped in silence; the bridge follows the default route. */
function outwardMtu(): number {
  const routes = readFileSync('/proc/net/route', 'utf8').split('\n');
  const device = routes.map((line) => line.split('\t')).find((fields) => fields[1] === '00000000')?.[0];
  const path = `/sys/class/net/${device ?? ''}/mtu`;
  return device !== undefined && existsSync(path) ? Number(readFileSync(path, 'utf8')) : 1500;
}

/** The `-D` commands that take back the rules of a bridge, from what `iptables-save` prints. */
export function rulesOf(bridge: string, saved: string): string[][] {
  let table = '';
  const found: string[][] = [];
  for (const line of saved.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    const words = line.split(' ');
    if (words[0] === '-A' && words.includes(bridge)) found.push(['-t', table, '-D', ...words.slice(1)]);
  }
  return found;
}

/** Makes a bridge on a subnet that no address of this machine lies in. */
export async function createBridge(): Promise<Bridge> {
  const name = `berth${randomBytes(3).toString('hex')}`;
  const taken = (await run('ip', ['-4', '-o', 'addr'])).stdout;
  const free = Array.from({ length: 250 }, (_, n) => `10.213.${n}`).filter((net) => !taken.includes(` ${net}.`));
  const net = free[Math.floor(Math.random() * free.length)] ?? '10.214.0';
  const mtu = Math.min(1500, outwardMtu());
  const remove = async () => {
    await run('ip', ['link', 'del', name], { accept: 'any' });
    const saved = await run('iptables-save', [], { accept: 'any' });
    for (const rule of rulesOf(name, saved.stdout)) await run('iptables', rule, { accept: 'any' });
  };
  // Without an address of its own, a bridge takes the lowest of its ports': it would change as containers come and go, and
  // those that know the old one lose all they send for seconds. A name server's answer, a download, a push to the host.
  const address = ['02', '42', ...(randomBytes(4).toString('hex').match(/../g) ?? [])].join(':');
  try {
    await run('ip', ['link', 'add', name, 'address', address, 'type', 'bridge']);
    await run('ip', ['addr', 'add', `${net}.1/24`, 'dev', name]);
    await run('ip', ['link', 'set', name, 'mtu', String(mtu), 'up']);
  } catch (error) {
    await remove();
    throw error;
  }
  return { name, flags: ['--bridge', name, '--mtu', String(mtu)], remove };
}
