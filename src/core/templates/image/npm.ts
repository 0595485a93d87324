import { cachedStep, cacheFolder, needs, words, type StepStyle } from './step';

/** One step that installs npm packages globally. */
export function npmStep(names: readonly string[], style: StepStyle): string {
  const missing = needs('command -v npm', 'npm', 'npm', 'npm');
  return cachedStep('npm', 'npm', [missing, installGlobally(names)], style);
}

/** The command that installs packages for everyone in the image. */
export function installGlobally(names: readonly string[]): string {
  return `npm install --global --no-audit --no-fund --no-update-notifier --cache ${cacheFolder} -- \\\n      ${words(names)}`;
}
