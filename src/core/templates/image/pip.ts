import { cachedStep, cacheFolder, needs, words, type StepStyle } from './step';

/** One step that installs Python packages for everyone in the image. */
export function pipStep(names: readonly string[], style: StepStyle): string {
  const missing = needs('python3 -m pip --version', 'pip', 'python3 with pip', 'python3-pip');
  // Debian's Python refuses to install outside a virtual environment unless told; others do not know the word.
  const settings = 'PIP_BREAK_SYSTEM_PACKAGES=1 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1';
  const install = `${settings} python3 -m pip install --cache-dir ${cacheFolder} -- \\\n      ${words(names)}`;
  return cachedStep('pip', 'pip', [missing, install], style);
}
