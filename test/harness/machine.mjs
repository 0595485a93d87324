// Plain JavaScript, as the bootstrap needs it before any package is there.
import { readFileSync } from 'node:fs';

/** What this machine is, as far as installing goes: `{ root, debian }`. */
export function machine() {
  let release = '';
  try {
    release = readFileSync('/etc/os-release', 'utf8');
  } catch {
    // No such file on macOS or Windows, which are not Debian either.
  }
  return { root: process.getuid?.() === 0, debian: /^(ID|ID_LIKE)=.*debian/m.test(release) };
}

/**
 * Whether missing Debian packages may be installed here; where they may not, what a person is to do.
 * Gives undefined when they may be.
 */
export function refusal({ root, debian }, packages) {
  const list = packages.join(' ');
  if (debian && root) return undefined;
  if (debian) return `Missing: ${list}. Only root may install packages: sudo apt-get install -y ${list}`;
  return `Missing: ${list} (names of Debian’s packages). This is not Debian: install them by this system’s own means.`;
}

/** Whether a Node of this version can run the harness; gives what to do when it cannot. */
export function oldNode(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return undefined;
  return `Node ${version} is too old: install Node 20.19 or later`;
}
