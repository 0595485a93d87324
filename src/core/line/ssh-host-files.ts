import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { BerthError, toBerthError } from '../errors';
import { readGrants } from '../git/grants';
import type { BerthHome } from '../home';
import { withLock } from '../lock';
import { isIncluded, withInclude, withoutInclude } from './include';
import { hostKey, removeHostKey, userKey } from './keys';
import type { LauncherSource } from './launcher';
import {
  type ConfigPlaces,
  findHost,
  hostBlock,
  knownHostsLine,
  withHost,
  withKnownHost,
  withoutHost,
} from './ssh-config';
import type { SshConfigStatus, SshFiles } from './ssh-files';
import { editUserFile, readUserFile } from './user-config';

/** Berth's SSH files in its home. `launcher` null leaves the launcher to whoever installs it. */
export function createSshFiles(home: BerthHome, launcher: LauncherSource | null): SshFiles {
  const ownConfig = join(home.sshDir, 'config');
  const knownHostsFile = join(home.sshDir, 'known_hosts');
  const places: ConfigPlaces = {
    home: home.dir,
    launcher: home.launcher,
    identityFile: join(home.sshDir, 'id_ed25519'),
    knownHostsFile,
    platform: process.platform,
  };

  /** Both files are Berth's own, yet several processes add to them at once. */
  const rewrite = async (change: (config: string, known: string) => readonly [string, string]): Promise<void> => {
    await mkdir(home.sshDir, { recursive: true, mode: 0o700 });
    await withLock(home.locksDir, 'ssh-config', async () => {
      const [config, known] = await Promise.all([textOf(ownConfig), textOf(knownHostsFile)]);
      const [nextConfig, nextKnown] = change(config, known);
      // The pin comes first: a host without one is refused.
      if (nextKnown !== known) await writeFileAtomic(knownHostsFile, nextKnown, { mode: 0o600 });
      if (nextConfig !== config) await writeFileAtomic(ownConfig, nextConfig, { mode: 0o600 });
    });
  };

  const status = async (userConfig = defaultUserConfig()): Promise<SshConfigStatus> => {
    const text = await readUserFile(userConfig);
    return { userConfig, ownConfig, installed: text !== null && isIncluded(text, ownConfig) };
  };

  const edit = async (userConfig: string, doing: string, change: Parameters<typeof editUserFile>[1]) => {
    try {
      await editUserFile(userConfig, change);
    } catch (error) {
      throw toBerthError(
        error,
        'ssh_config_failed',
        `Could not ${doing} ${userConfig}.`,
        'Look whether the file and its folder are writable, then try again.',
      );
    }
    return status(userConfig);
  };

  return {
    async ensureHost(row) {
      const [, key, grants] = await Promise.all([
        userKey(home),
        hostKey(home, row.id),
        readGrants(home, row.id),
        launcher === null ? undefined : import('./launcher').then((it) => it.installLauncher(home, launcher)),
      ]);
      refuseLineBreaks(home.dir);
      const entry = {
        projectId: row.id,
        alias: row.alias,
        user: row.user,
        engine: row.engine,
        hostPublicKey: key.publicKey,
        forwardAgent: row.git.credentials === 'agent' && grants.agent !== undefined,
      };
      const block = hostBlock(entry, places);
      const pin = knownHostsLine(entry);
      const [config, known] = await Promise.all([textOf(ownConfig), textOf(knownHostsFile)]);
      if (findHost(config, row.id) === block && known.includes(pin)) return;
      await rewrite((ours, pins) => [withHost(ours, row.id, block), withKnownHost(pins, row.id, pin)]);
    },
    async removeHost(projectId) {
      if (findHost(await textOf(ownConfig), projectId) !== null) {
        await rewrite((ours, pins) => [withoutHost(ours, projectId), withKnownHost(pins, projectId, null)]);
      }
      await removeHostKey(home, projectId);
    },
    print: () => textOf(ownConfig),
    status,
    async install(userConfig = defaultUserConfig()) {
      refuseLineBreaks(ownConfig);
      // An Include of a file that is not there yet is no error for ssh, but one for some editors.
      if ((await textOf(ownConfig)) === '') await rewrite((ours, pins) => [withoutHost(ours, ''), pins]);
      return edit(userConfig, 'add the Include line to', (text) => {
        const next = withInclude(text, ownConfig);
        return next === null ? null : { text: next };
      });
    },
    uninstall: (userConfig = defaultUserConfig()) =>
      edit(userConfig, 'take the Include line out of', (text) =>
        text === null ? null : withoutInclude(text, ownConfig),
      ),
  };
}

function defaultUserConfig(): string {
  return join(homedir(), '.ssh', 'config');
}

function refuseLineBreaks(path: string): void {
  if (!/[\r\n]/.test(path)) return;
  throw new BerthError('ssh_config_failed', "An SSH config cannot name Berth's home: its path has a line break.", {
    hint: 'Set BERTH_HOME to another folder.',
  });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
