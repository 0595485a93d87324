import { cacheMount, needs, shellStep, words } from './step';

/** One step that installs npm packages globally. */
export function npmStep(names: readonly string[], buildkit: boolean): string {
  const missing = needs('command -v npm', 'npm', 'npm', 'npm');
  const install = `npm install --global --no-audit --no-fund --no-update-notifier --cache /root/.npm -- \\\n      ${words(names)}`;
  return shellStep(
    'npm',
    [missing, install, ...(buildkit ? [] : ['rm -rf /root/.npm'])],
    buildkit ? [cacheMount('npm', '/root/.npm')] : [],
  );
}
