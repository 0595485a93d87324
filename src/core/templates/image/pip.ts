import { cacheMount, needs, shellStep, words } from './step';

/** One step that installs Python packages for everyone in the image. */
export function pipStep(names: readonly string[], buildkit: boolean): string {
  const missing = needs('python3 -m pip --version', 'pip', 'python3 with pip', 'python3-pip');
  // Debian's Python refuses to install outside a virtual environment unless told; others do not know the word.
  const settings = 'PIP_BREAK_SYSTEM_PACKAGES=1 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1';
  const cache = buildkit ? '--cache-dir=/root/.cache/pip' : '--no-cache-dir';
  return shellStep(
    'pip',
    [missing, `${settings} python3 -m pip install ${cache} -- \\\n      ${words(names)}`],
    buildkit ? [cacheMount('pip', '/root/.cache/pip')] : [],
  );
}
