import { shellQuote } from '../../quote';
import type { AptGroup } from './apt-steps';
import { cachedStep, cacheFolder, cacheOf, orSay, words, type StepStyle } from './step';

const options = [
  // apt waits 1, 2, 4, 8 and 16 s between them (apt.conf(5), Acquire::Retries::Delay): half a minute without names is
  // no reason to lose a build.
  'Acquire::Retries=5',
  `Dir::State::Lists=${cacheFolder}/lists`,
  `Dir::Cache::Archives=${cacheFolder}/archives`,
  // What it reads out of the lists, kept beside them. The other of the two also knows what is installed: no image's to share.
  `Dir::Cache::srcpkgcache=${cacheFolder}/lists.bin`,
  'Dir::Cache::pkgcache=',
];

/** `apt-get` with its lists and archives in the step's own folder. */
export const aptGet = ['apt-get', ...options.map((option) => `-o ${option}`)].join(' ');

/** For how long the steps of a build, and of builds in a row, take each other's lists of packages for new. */
const minutesNew = 10;

/** Left by an update, named after what it was about: another source or architecture asks for another. */
const marks = `${cacheFolder}/updated-`;
const sources =
  '{ cat /etc/apt/sources.list /etc/apt/sources.list.d/*; dpkg --print-foreign-architectures; } 2>/dev/null';

/** What must be done before {@link aptGet} is used: its folders, and lists that are new. */
export const aptLists: readonly string[] = [
  `mkdir -p ${cacheFolder}/lists/partial ${cacheFolder}/archives/partial`,
  `mark=${marks}$(${sources} | sha256sum | cut -c 1-12)`,
  `{ [ -n "$(find "$mark" -mmin -${minutesNew} 2>/dev/null)" ] \\\n   ` +
    `|| { rm -f ${marks}* && ${aptGet} update && touch "$mark"; }; }`,
];

/** Installs, without asking and without what is only recommended. Further options stand before the names. */
export function aptInstall(names: string, ...more: readonly string[]): string {
  const flags = ['install', '-y', '--no-install-recommends', ...more];
  const install = `DEBIAN_FRONTEND=noninteractive ${aptGet} ${flags.join(' ')} -- ${names}`;
  // Whatever was wrong, the next build asks for the lists again.
  return `{ ${install} \\\n   || { rm -f ${marks}*; exit 1; }; }`;
}

/**
 * One step that installs Debian packages and leaves no list and no archive behind. Those of earlier steps are named again, so
 * that apt keeps what it cannot have together from taking their place: an error, as if all were installed at once.
 */
export function aptStep({ before, names }: AptGroup, style: StepStyle): string {
  const advice =
    'packages.apt needs a base image of Debian’s family. This one has no apt-get: take another base image, ' +
    'or install what you need in spec.run by its own package manager.';
  const stay = before.length === 0 ? '' : `${before.map(shellQuote).join(' ')} `;
  const install = aptInstall(`${stay}\\\n      ${words(names)}`);
  return cachedStep(
    'apt',
    cacheOf('system', style.base),
    [...(before.length === 0 ? [orSay('command -v apt-get >/dev/null', advice)] : []), ...aptLists, install],
    style,
  );
}
