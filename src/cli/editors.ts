import { access, constants, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { EditorFact } from '../core/doctor';
import { findProvider } from '../core/doctor/remote-ssh';

type Env = Readonly<Record<string, string | undefined>>;

const editors = [
  { name: 'VS Code', command: 'code', folder: '.vscode', suggested: 'ms-vscode-remote.remote-ssh' },
  {
    name: 'VS Code Insiders',
    command: 'code-insiders',
    folder: '.vscode-insiders',
    suggested: 'ms-vscode-remote.remote-ssh',
  },
  { name: 'Cursor', command: 'cursor', folder: '.cursor', suggested: 'anysphere.remote-ssh' },
  { name: 'VSCodium', command: 'codium', folder: '.vscode-oss', suggested: 'jeanp413.open-remote-ssh' },
  { name: 'Windsurf', command: 'windsurf', folder: '.windsurf', suggested: 'codeium.windsurf-remote-openssh' },
] as const;

/** Editors by their command on the PATH and their extensions' folder, each with its Remote-SSH extension. */
export async function findEditors(env: Env, home = homedir()): Promise<EditorFact[]> {
  const found = await Promise.all(
    editors.map(async ({ name, command, folder, suggested }) => {
      const [path, installed] = await Promise.all([
        onPath(command, env),
        extensionsIn(join(home, folder, 'extensions')),
      ]);
      if (path === null && installed === null) return null;
      const provider = findProvider((id) => installed?.some((entry) => entry.startsWith(`${id}-`)) === true) ?? null;
      return { name, command: path, provider, suggestedProvider: suggested };
    }),
  );
  return found.filter((editor) => editor !== null);
}

async function onPath(command: string, env: Env): Promise<string | null> {
  const names = process.platform === 'win32' ? [`${command}.cmd`, `${command}.exe`] : [command];
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    for (const name of folder === '' ? [] : names) {
      const path = join(folder, name);
      if (
        await access(path, constants.X_OK).then(
          () => true,
          () => false,
        )
      )
        return path;
    }
  }
  return null;
}

/** Names of extension folders in lower case, such as `ms-vscode-remote.remote-ssh-0.115.0`; null without a folder. */
async function extensionsIn(folder: string): Promise<string[] | null> {
  return readdir(folder).then(
    (names) => names.map((name) => name.toLowerCase()),
    () => null,
  );
}
