import { posix } from 'node:path';

/** Folders whose content nobody misses: it is made again, or was meant for the moment. */
const places = [
  '/dev',
  '/proc',
  '/root/.cache',
  '/run',
  '/sys',
  '/tmp',
  '/var/cache',
  '/var/lib/apt',
  '/var/lib/dnf',
  '/var/lib/systemd',
  '/var/log',
  '/var/run',
  '/var/tmp',
];

/** Files that package managers, the engine and Berth write by themselves. */
const files = [
  '/.dockerenv',
  '/etc/.pwd.lock',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/ld.so.cache',
  '/etc/mtab',
  '/etc/profile.d/.berth-waits',
  '/etc/profile.d/zz-berth.sh',
  '/etc/resolv.conf',
  '/etc/ssl/certs/java/cacerts',
  '/lib/apk/db/installed',
  '/sbin/docker-init',
  '/usr/sbin/docker-init',
  '/var/lib/dpkg/available',
  '/var/lib/dpkg/diversions',
  '/var/lib/dpkg/lock',
  '/var/lib/dpkg/lock-frontend',
  '/var/lib/dpkg/statoverride',
  '/var/lib/dpkg/status',
];

/** Folders that a package manager keeps its books in: they go with the packages that they tell of. */
const books = [
  '/etc/alternatives',
  '/var/lib/berth',
  '/var/lib/dpkg/alternatives',
  '/var/lib/dpkg/triggers',
  '/var/lib/dpkg/updates',
];

/** Whether a path is worth no word in a preview of what would be lost. Pure. */
export function isThrowAway(path: string): boolean {
  if (files.includes(path)) return true;
  if ([...places, ...books].some((place) => path === place || path.startsWith(`${place}/`))) return true;
  const name = posix.basename(path);
  if (name.endsWith('-old') && posix.dirname(path) === '/var/lib/dpkg') return true;
  return (
    path.includes('/__pycache__/') || name === '__pycache__' || name.endsWith('.pyc') || path === '/root/.bash_history'
  );
}
