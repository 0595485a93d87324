import { join, resolve } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** The platform's usual folder for per-user state, else what `BERTH_HOME` says. Pure. */
export function berthHomeDir(env: Env, platform: NodeJS.Platform, userHome: string): string {
  if (env['BERTH_HOME'] !== undefined && env['BERTH_HOME'] !== '') return resolve(env['BERTH_HOME']);
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(userHome, 'AppData', 'Local'), 'berth');
  if (platform === 'darwin') return join(userHome, 'Library', 'Application Support', 'berth');
  return join(env['XDG_STATE_HOME'] ?? join(userHome, '.local', 'state'), 'berth');
}
