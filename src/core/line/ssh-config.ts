/** The texts of Berth's own SSH files. Pure: data to text and text to text. */

/** What a host entry says. Paths are absolute paths of this machine. */
export interface HostEntry {
  readonly projectId: string;
  readonly alias: string;
  readonly user: string;
  /** The engine's id. */
  readonly engine: string;
  /** `ssh-ed25519 AAAA…` */
  readonly hostPublicKey: string;
  /** Whether ssh passes the user's agent on. */
  readonly forwardAgent?: boolean;
}

/** Where the files lie that a host entry names; absolute paths of this machine. */
export interface ConfigPlaces {
  readonly home: string;
  readonly launcher: string;
  readonly identityFile: string;
  readonly knownHostsFile: string;
  readonly platform: NodeJS.Platform;
}

const header = [
  '# Written by Berth: one host for each project. Do not edit; changes are lost.',
  '# Use it by `ssh -F <this file> HOST`, or include it with `berth ssh-config install`.',
  '',
].join('\n');

function beginMark(projectId: string): string {
  return `# project ${projectId}`;
}

/** The name under which a project's host key is pinned: the alias may change, this stays. */
export function hostKeyAlias(projectId: string): string {
  return `berth-project-${projectId}`;
}

/** One `Host` block. Its first line is the mark by which it is found again. */
export function hostBlock(entry: HostEntry, places: ConfigPlaces): string {
  const options: Record<string, string> = {
    HostName: entry.alias,
    User: entry.user,
    HostKeyAlias: hostKeyAlias(entry.projectId),
    HostKeyAlgorithms: 'ssh-ed25519',
    // What processors have instructions for, and the Line takes too: ssh's own first choice makes a long transfer a fifth dearer.
    Ciphers: 'aes128-gcm@openssh.com,aes256-gcm@openssh.com',
    StrictHostKeyChecking: 'yes',
    UpdateHostKeys: 'no',
    CheckHostIP: 'no',
    UserKnownHostsFile: configPath(places.knownHostsFile),
    GlobalKnownHostsFile: places.platform === 'win32' ? 'NUL' : '/dev/null',
    IdentityFile: configPath(places.identityFile),
    IdentitiesOnly: 'yes',
    PreferredAuthentications: 'publickey',
    ForwardAgent: entry.forwardAgent === true ? 'yes' : 'no',
    ForwardX11: 'no',
    ProxyCommand: proxyCommand(entry, places),
  };
  const lines = Object.entries(options).map(([name, value]) => `  ${name} ${value}`);
  return [beginMark(entry.projectId), `Host ${entry.alias}`, ...lines, ''].join('\n');
}

/** The line of known_hosts that pins a project's key. */
export function knownHostsLine(entry: Pick<HostEntry, 'projectId' | 'hostPublicKey'>): string {
  return `${hostKeyAlias(entry.projectId)} ${entry.hostPublicKey}\n`;
}

/**
 * What ssh runs to reach the container. It goes through a shell of the user's, while open-remote-ssh cuts it into words
 * itself and starts it without one: an absolute program in double quotes and plain words are read alike by both.
 */
export function proxyCommand(entry: Pick<HostEntry, 'engine' | 'projectId'>, places: ConfigPlaces): string {
  const { launcher, home, platform } = places;
  const word = (path: string): string => (platform === 'win32' ? `"${percent(path)}"` : shellWord(path));
  return `${word(launcher)} ssh-proxy --home ${word(home)} --engine ${entry.engine} ${entry.projectId}`;
}

/** In double quotes, where a shell still expands four characters; ssh itself expands `%`. */
function shellWord(path: string): string {
  return `"${percent(path).replace(/[\\"$`]/g, String.raw`\$&`)}"`;
}

function percent(path: string): string {
  return path.replaceAll('%', '%%');
}

/** A path as an option's value: quoted where it has blanks, with ssh's own `%` and quote escaped. */
function configPath(path: string): string {
  const escaped = percent(path).replaceAll('"', String.raw`\"`);
  return /[\s"'#\\]/.test(path) ? `"${escaped}"` : escaped;
}

/** Own config with this project's block put in, or in place of the one that was there. */
export function withHost(config: string, projectId: string, block: string): string {
  return join([...blocks(config).filter((one) => one.projectId !== projectId), { projectId, text: block }]);
}

/** Own config without this project. */
export function withoutHost(config: string, projectId: string): string {
  return join(blocks(config).filter((one) => one.projectId !== projectId));
}

/** The block of a project, or null. */
export function findHost(config: string, projectId: string): string | null {
  return blocks(config).find((one) => one.projectId === projectId)?.text ?? null;
}

/** known_hosts with exactly this line for the project; null takes it out. */
export function withKnownHost(text: string, projectId: string, line: string | null): string {
  const others = text.split('\n').filter((one) => one !== '' && !one.startsWith(`${hostKeyAlias(projectId)} `));
  return [...others.map((one) => `${one}\n`), line ?? ''].join('');
}

interface Block {
  readonly projectId: string;
  readonly text: string;
}

function blocks(config: string): Block[] {
  return config
    .split(/^(?=# project [0-9a-f]+$)/m)
    .map((part) => ({ projectId: /^# project ([0-9a-f]+)$/m.exec(part)?.[1] ?? '', text: `${part.trimEnd()}\n` }))
    .filter((block) => block.projectId !== '');
}

function join(all: readonly Block[]): string {
  const sorted = [...all].sort((a, b) => (a.text < b.text ? -1 : 1));
  return [header, ...sorted.map((block) => block.text)].join('\n');
}
