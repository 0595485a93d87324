import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { berthHomeDir } from './home-dir';

/** The folders of Berth's own, per user. Every path is absolute. */
export interface BerthHome {
  readonly dir: string;
  /** `<home>/ssh`: user key, host keys, known_hosts and the config that the user's own includes. */
  readonly sshDir: string;
  /** `<home>/bin/berth` (`berth.cmd` on Windows): the launcher that SSH's ProxyCommand names. */
  readonly launcher: string;
  /** `<home>/lib`: a folder for each build of the command line that the launcher started or starts. */
  readonly libDir: string;
  /** `<home>/state`: one JSON file a project, and `engines/<id>.json`. */
  readonly stateDir: string;
  readonly locksDir: string;
  /** `<home>/dial`: for each project the folder by which its containers are asked to connect. */
  readonly dialDir: string;
  readonly journalFile: string;
  /** `<config>/templates`: the user's own templates. */
  readonly userTemplatesDir: string;
  /** `<config>/agents.yaml`: what the user lets agents do; need not be there. */
  readonly agentsFile: string;
  /** This user's random id, made on first use: 16 hex digits. */
  owner(): Promise<string>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Where the user's own templates lie. With `BERTH_HOME` set they lie in there, so that one folder holds all. Pure. */
export function userTemplatesDir(env: Env, platform: NodeJS.Platform, userHome: string): string {
  if (env['BERTH_HOME'] !== undefined && env['BERTH_HOME'] !== '') return join(resolve(env['BERTH_HOME']), 'templates');
  if (platform === 'win32') return join(env['APPDATA'] ?? join(userHome, 'AppData', 'Roaming'), 'berth', 'templates');
  return join(env['XDG_CONFIG_HOME'] ?? join(userHome, '.config'), 'berth', 'templates');
}

/** Berth’s home by the environment; makes nothing on disk. */
export function createHome(env: Env): BerthHome {
  const dir = berthHomeDir(env, process.platform, homedir());
  const templates = userTemplatesDir(env, process.platform, homedir());
  let owner: Promise<string> | undefined;
  return {
    dir,
    sshDir: join(dir, 'ssh'),
    launcher: join(dir, 'bin', process.platform === 'win32' ? 'berth.cmd' : 'berth'),
    libDir: join(dir, 'lib'),
    stateDir: join(dir, 'state'),
    locksDir: join(dir, 'locks'),
    dialDir: join(dir, 'dial'),
    journalFile: join(dir, 'journal.jsonl'),
    userTemplatesDir: templates,
    agentsFile: join(dirname(templates), 'agents.yaml'),
    owner() {
      owner ??= readOrMakeOwner(dir).catch((error: unknown) => {
        owner = undefined; // A failure must not be remembered.
        throw error;
      });
      return owner;
    },
  };
}

/** The engine matches labels by this id, so exactly one of several processes that start at once may make it. */
async function readOrMakeOwner(dir: string): Promise<string> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, 'owner');
  const found = await readOwner(file);
  if (found !== null) return found;
  // Loaded this once: it takes longer than all else that is here.
  const { randomBytes } = await import('node:crypto');
  const made = randomBytes(8).toString('hex');
  const draft = `${file}.${made}`;
  await writeFile(draft, `${made}\n`, { mode: 0o600, flush: true });
  try {
    // A hard link comes to be whole or not at all, and fails where another process was first.
    await link(draft, file);
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const theirs = await readOwner(file);
    if (theirs !== null) return theirs;
    throw new Error(`${file} does not hold an owner id; delete it to have a new one made`, { cause: error });
  } finally {
    await unlink(draft);
  }
}

async function readOwner(file: string): Promise<string | null> {
  try {
    const text = (await readFile(file, 'utf8')).trim();
    return /^[0-9a-f]{16}$/.test(text) ? text : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
