import { shellQuote } from '../../quote';

/** What one `apt-get install` or `pip install` is given at most: a process takes 128 KiB in one argument. */
const argumentBytes = 32 * 1024;

/** One RUN: a word that names the phase for logs and errors, then commands of which each must succeed. */
export function shellStep(phase: string, commands: readonly string[], mounts: readonly string[] = []): string {
  return [
    'RUN',
    ...mounts.map((mount) => `${mount} \\\n   `),
    [`: berth ${phase}`, ...commands].join(' \\\n && '),
  ].join(' ');
}

/** A build cache that one build at a time writes: package managers lock their own folders, but wait for nobody. */
export function cacheMount(id: string, folder: string): string {
  return `--mount=type=cache,id=berth-${id},target=${folder},sharing=locked`;
}

/** Says what to do where the image lacks a package manager, instead of the shell's "not found". */
export function needs(probe: string, manager: string, what: string, debian: string): string {
  const message = `packages.${manager} needs ${what} in the image: take a base image with it, or add ${debian} to packages.apt.`;
  return `{ ${probe} >/dev/null 2>&1 || { echo ${shellQuote(message)} >&2; exit 1; }; }`;
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
