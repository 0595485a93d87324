import { createHash } from 'node:crypto';
import { shellQuote } from '../../quote';

/**
 * Where every package manager keeps its downloads while a step runs. One folder of Berth's own, so that no image's clean-up
 * rule reaches it, it means the same on every distribution, and the same empty folder is left with cache mounts and without.
 */
export const cacheFolder = '/var/cache/berth';

/** What one `apt-get install` or `pip install` is given at most: a process takes 128 KiB in one argument. */
const argumentBytes = 32 * 1024;

/** How the steps of one Dockerfile are written. */
export interface StepStyle {
  /** What `FROM` names: downloads of one release are of no use to another. */
  readonly base: string;
  /** Whether the engine keeps downloads from build to build. */
  readonly buildkit: boolean;
}

/** One RUN: a word that names the phase for logs and errors, then commands of which each must succeed. */
export function shellStep(phase: string, commands: readonly string[], mounts: readonly string[] = []): string {
  return [
    'RUN',
    ...mounts.map((mount) => `${mount} \\\n   `),
    [`: berth ${phase}`, ...commands].join(' \\\n && '),
  ].join(' ');
}

/**
 * A step whose downloads go to {@link cacheFolder}: kept for the next build where the engine can, thrown away where it cannot.
 * `cache` names the cache that it shares; one build at a time writes it, since not every manager locks its own folder.
 */
export function cachedStep(phase: string, cache: string, commands: readonly string[], style: StepStyle): string {
  const mount = `--mount=type=cache,id=berth-${cache},target=${cacheFolder},sharing=locked`;
  return style.buildkit
    ? shellStep(phase, commands, [mount])
    : shellStep(phase, [`mkdir -p ${cacheFolder}`, ...commands, `rm -rf ${cacheFolder}/*`]);
}

/** The name of a cache that only builds on the same base image share. */
export function cacheOf(manager: string, base: string): string {
  return `${manager}-${createHash('sha256').update(base).digest('hex').slice(0, 12)}`;
}

/** Says what to do where the image lacks a package manager, instead of the shell's "not found". */
export function needs(probe: string, manager: string, what: string, debian: string): string {
  return orSay(
    `${probe} >/dev/null 2>&1`,
    `packages.${manager} needs ${what} in the image: take a base image with it, or add ${debian} to packages.apt.`,
  );
}

/** A test, and the sentence that the build ends with where it fails. */
export function orSay(test: string, message: string): string {
  return `{ ${test} || { echo ${shellQuote(message)} >&2; exit 1; }; }`;
}

/** Names as words of a shell, one a line, so that a change of one is seen as a change of one. */
export function words(names: readonly string[]): string {
  return names.map(shellQuote).join(' \\\n      ');
}

/** Splits names into lists that each fit into one command. */
export function chunks(names: readonly string[]): string[][] {
  const made: string[][] = [];
  let bytes = argumentBytes;
  for (const name of names) {
    bytes += name.length + 3;
    if (bytes > argumentBytes) {
      made.push([]);
      bytes = name.length + 3;
    }
    made[made.length - 1]?.push(name);
  }
  return made;
}
