import { cachedStep, cacheFolder, cacheOf, orSay, words, type StepStyle } from './step';

const options = [
  'Acquire::Retries=3',
  `Dir::State::Lists=${cacheFolder}/lists`,
  `Dir::Cache::Archives=${cacheFolder}/archives`,
];

/** `apt-get` with its lists and archives in the step's own folder. */
export const aptGet = ['apt-get', ...options.map((option) => `-o ${option}`)].join(' ');

/** What must be there before {@link aptGet} is used. */
export const aptFolders = `mkdir -p ${cacheFolder}/lists/partial ${cacheFolder}/archives/partial`;

/** Installs, without asking and without what is only recommended. Further options stand before the names. */
export function aptInstall(names: string, ...more: readonly string[]): string {
  const flags = ['install', '-y', '--no-install-recommends', ...more];
  return `DEBIAN_FRONTEND=noninteractive ${aptGet} ${flags.join(' ')} -- \\\n      ${names}`;
}

/** One step that installs Debian packages and leaves no list and no archive behind. */
export function aptStep(names: readonly string[], style: StepStyle): string {
  const advice =
    'packages.apt needs a base image of Debian’s family. This one has no apt-get: take another base image, ' +
    'or install what you need in spec.run by its own package manager.';
  return cachedStep(
    'apt',
    cacheOf('system', style.base),
    [orSay('command -v apt-get >/dev/null', advice), aptFolders, `${aptGet} update`, aptInstall(words(names))],
    style,
  );
}
