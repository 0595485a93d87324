import { createHash } from 'node:crypto';
import { cacheMount, shellStep, words } from './step';

/** One step that installs Debian packages and leaves no list and no archive behind. */
export function aptStep(
  phase: string,
  names: readonly string[],
  baseImage: string,
  buildkit: boolean,
  then: readonly string[] = [],
): string {
  // Lists and packages of one release are of no use to another.
  const id = `apt-${createHash('sha256').update(baseImage).digest('hex').slice(0, 12)}`;
  const mounts = buildkit
    ? [cacheMount(`${id}-archives`, '/var/cache/apt'), cacheMount(`${id}-lists`, '/var/lib/apt/lists')]
    : [];
  // Out of reach of the images' own clean-up rule, which empties the usual folder after each install.
  const archives = buildkit ? '-o Dir::Cache::Archives=/var/cache/apt/berth ' : '';
  const needsApt =
    "{ command -v apt-get >/dev/null || { echo 'The base image is not of the Debian family: it has no apt-get.' >&2; exit 1; }; }";
  return shellStep(
    phase,
    [
      ...(phase === 'base' ? [needsApt] : []),
      'apt-get -o Acquire::Retries=3 update',
      `DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 ${archives}install -y --no-install-recommends -- \\\n      ${words(names)}`,
      ...then,
      ...(buildkit ? [] : ['apt-get clean', 'rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/lock']),
    ],
    mounts,
  );
}
