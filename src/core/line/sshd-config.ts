import { isAbsolute } from 'node:path/posix';

/** What the container's sshd is told. Pure data; the paths are the container's. */
export interface SshdConfigSpec {
  /** The one user who may log in. */
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Folder of `host_key` and `authorized_keys`, made anew by the bootstrap. */
  readonly folder: string;
  /** Whether sessions may ask the SSH agent of whoever connects. */
  readonly agent?: boolean;
}

/** Channels a connection: sshd's own limit of 10 fails the eleventh parallel command. */
const maxSessions = 1024;

/** Only what both ends of today have; no SHA-1, no CBC, no RSA host keys, no finite-field groups. */
const algorithms = {
  HostKeyAlgorithms: 'ssh-ed25519',
  PubkeyAcceptedAlgorithms: 'ssh-ed25519',
  KexAlgorithms: 'curve25519-sha256,curve25519-sha256@libssh.org',
  Ciphers: 'aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com',
  MACs: 'hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com',
};

/**
 * The text of sshd_config for one connection. Pure.
 * @throws RangeError for a user or folder that no image of Berth's can have
 */
export function sshdConfig({ user, environment, folder, agent = false }: SshdConfigSpec): string {
  if (!/^[a-z_][a-z0-9_.-]*$/i.test(user)) throw new RangeError(`No user can be called ${JSON.stringify(user)}`);
  if (!isAbsolute(folder) || /[^\w/.-]/.test(folder)) throw new RangeError(`Not a folder for keys: ${folder}`);
  const options: Record<string, string> = {
    HostKey: `${folder}/host_key`,
    AuthorizedKeysFile: `${folder}/authorized_keys`,
    AuthenticationMethods: 'publickey',
    PubkeyAuthentication: 'yes',
    PasswordAuthentication: 'no',
    KbdInteractiveAuthentication: 'no',
    HostbasedAuthentication: 'no',
    PermitEmptyPasswords: 'no',
    UsePAM: 'no',
    PermitRootLogin: user === 'root' ? 'prohibit-password' : 'no',
    AllowUsers: user,
    // The keys lie on a tmpfs that root alone writes; what is above it is the image's, and odd modes there are common.
    StrictModes: 'no',
    PermitUserEnvironment: 'no',
    PermitUserRC: 'no',
    ...algorithms,
    MaxSessions: String(maxSessions),
    AllowTcpForwarding: 'yes',
    AllowStreamLocalForwarding: 'yes',
    GatewayPorts: 'no',
    AllowAgentForwarding: agent ? 'yes' : 'no',
    X11Forwarding: 'no',
    PermitTunnel: 'no',
    // BERTH_RUN and SHLVL come with the Line's own commands; the rest is how a terminal or git presents itself.
    AcceptEnv: 'BERTH_RUN SHLVL COLORTERM TERM_PROGRAM TERM_PROGRAM_VERSION GIT_PROTOCOL',
    Subsystem: 'sftp internal-sftp',
    PrintMotd: 'no',
    PrintLastLog: 'no',
    UseDNS: 'no',
    PidFile: 'none',
    LoginGraceTime: '30',
    LogLevel: 'INFO',
  };
  const lines = Object.entries(options).map(([name, value]) => `${name} ${value}`);
  const set = setEnv(environment);
  return [...lines, ...(set === null ? [] : [set]), ''].join('\n');
}

/**
 * The container's environment as SetEnv: sshd otherwise gives a session none of it, not even its PATH. sshd takes the
 * first SetEnv line alone, so all of them stand on one. Values with a line break cannot stand in the file at all: they
 * are left out here, the Line's own commands and login shells get them (wrap.ts, bootstrap.ts).
 */
function setEnv(environment: Readonly<Record<string, string>>): string | null {
  const pairs = Object.entries(environment).filter(([name, value]) => isName(name) && !isMultiline(value));
  if (pairs.length === 0) return null;
  return `SetEnv ${pairs.map(([name, value]) => quote(`${name}=${value}`)).join(' ')}`;
}

/** Inside double quotes sshd reads a backslash as an escape before a quote or a backslash, and as itself elsewhere. */
function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, String.raw`\$&`)}"`;
}

function isName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

function isMultiline(value: string): boolean {
  return /[\r\n\0]/.test(value);
}

/**
 * A user's language. sshd does not set it for Berth's own Line, whose commands bring it with them: so the login shell in front
 * of each reads none of its language's files, a dozen. Pure.
 */
export function languageVariables(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => isLanguage(name)));
}

/** The other variables. Pure. */
export function withoutLanguage(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isLanguage(name)));
}

function isLanguage(name: string): boolean {
  return /^(?:LANG|LANGUAGE|LC_.*)$/.test(name);
}

/** The variables that cannot stand in sshd_config. Pure. */
export function multilineVariables(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).filter(([name, value]) => isName(name) && isMultiline(value)));
}
