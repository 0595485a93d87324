import { aptInstall, aptLists } from './apt';
import { cachedStep, cacheFolder, cacheOf, words, type StepStyle } from './step';

/** What to install on each family of distributions; told apart while the image is built, since a name does not tell. */
export interface FamilyPackages {
  /** Debian, Ubuntu. */
  readonly apt: readonly string[];
  /** Alpine. */
  readonly apk: readonly string[];
  /** Fedora, RHEL and their kin. */
  readonly dnf: readonly string[];
}

/** More of one family's step. */
export interface AptExtras {
  /** Commands between the lists and the install. */
  readonly before?: readonly string[];
  /** The words to install, in place of the list's own; may hold variables of the shell. */
  readonly words?: string;
  readonly options?: readonly string[];
}

/**
 * Commands as one: does nothing where `there` (a test) already holds, else installs by whatever package manager the image
 * has. An image with none of them ends the build with a sentence that names the three.
 */
export function familyInstall(there: string, packages: FamilyPackages, apt: AptExtras = {}): string {
  const branches = [
    branch('if', there, ['echo "Nothing is missing."']),
    branch('elif', 'command -v apt-get >/dev/null', [
      ...aptLists,
      ...(apt.before ?? []),
      aptInstall(`\\\n      ${apt.words ?? words(packages.apt)}`, ...(apt.options ?? [])),
    ]),
    branch('elif', 'command -v apk >/dev/null', [
      `mkdir -p ${cacheFolder}/apk`,
      `apk add --update-cache --cache-dir ${cacheFolder}/apk ${words(packages.apk)}`,
    ]),
    branch('elif', 'command -v dnf >/dev/null', [dnfInstall(packages.dnf)]),
  ];
  const unknown = 'The base image has no apt-get, apk or dnf: Berth knows the families of Debian, Alpine and Fedora.';
  return [...branches, `else echo '${unknown}' >&2; exit 1; fi`].join(' \\\n    ');
}

/** A step of its own for {@link familyInstall}, then further commands. */
export function familyStep(phase: string, install: string, then: readonly string[], style: StepStyle): string {
  return cachedStep(phase, cacheOf('system', style.base), [install, ...then], style);
}

function branch(word: string, test: string, commands: readonly string[]): string {
  return `${word} ${test}; then \\\n      ${commands.join(' \\\n   && ')};`;
}

function dnfInstall(names: readonly string[]): string {
  const settings = ['install_weak_deps=False', 'tsflags=nodocs', `cachedir=${cacheFolder}/dnf`, 'keepcache=True'];
  return `dnf install -y ${settings.map((setting) => `--setopt=${setting}`).join(' ')} ${words(names)}`;
}
