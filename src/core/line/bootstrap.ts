import { createHash } from 'node:crypto';
import { isStopping, noteUse } from '../idle/mark';
import { shellQuote } from '../quote';
import { forgetSession, sessionFile, sessionText, sessionVariables, sourceEnvironment } from '../secrets/places';
import { systemFirst } from '../system-first';
import { multilineVariables, sshdConfig } from './sshd-config';

/** What a connection brings into the container. Keys as their files' texts. */
export interface BootstrapSpec {
  /** Berth's owner id, so that two homes never share a folder. */
  readonly owner: string;
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Private host key, OpenSSH format. */
  readonly hostKey: string;
  /** One public key a line. */
  readonly authorizedKeys: string;
  /** Whether sessions may ask the SSH agent of whoever connects. */
  readonly agent?: boolean;
  /** Whether the connection by itself says that somebody uses the container. */
  readonly use?: boolean;
  /** A folder for sockets, made for the user alone. */
  readonly sockets?: string;
}

/** For a shell: takes {@link forBootstrapShell}'s bytes, and does nothing where none come. */
export const bootstrapShell = `${systemFirst}; read -r n && eval "$(head -c "$n")"`;

/** What {@link bootstrapShell} reads to run a script: how many bytes follow, on a line of its own, and exactly so many. Pure. */
export const forBootstrapShell = (script: string): Buffer => Buffer.from(`${Buffer.byteLength(script)}\n${script}`);

/**
 * What the engine is to run: a shell that waits for {@link bootstrap}'s bytes, and does nothing where none come. The same for
 * every connection, so that it can be started before it is known what to bring in.
 */
export const bootstrapExec = {
  argv: ['/bin/sh', '-c', bootstrapShell],
  user: 'root',
  cwd: '/',
} as const;

/** Said on stderr by a container that is about to stop, since nobody used it. */
export const stopping = 'berth: stopping';

/** Said on stderr by a container without sshd. */
export const noSshd = 'berth: no sshd';

/**
 * What {@link bootstrapExec} reads to put the keys into the container and become `sshd -i`: a script, so that nothing secret is
 * in an argument. All that comes after belongs to sshd,
 * and waits until sshd has said a word. The files lie in a folder named after what is in them: connections that start at
 * the same time never see each other's half-written files. Pure.
 */
export function bootstrap(spec: BootstrapSpec): Buffer {
  if (!/^[0-9a-f]+$/.test(spec.owner)) throw new RangeError('Not an owner id');
  const agent = spec.agent === true;
  const content = JSON.stringify([spec.user, spec.environment, spec.hostKey, spec.authorizedKeys, agent]);
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const folder = `/run/berth/${spec.owner}-${digest}`;
  const files: Readonly<Record<string, string>> = {
    host_key: spec.hostKey,
    authorized_keys: spec.authorizedKeys,
    [sessionFile]: sessionText,
    sshd_config: sshdConfig({
      user: spec.user,
      environment: { ...sessionVariables(`${folder}/${sessionFile}`), ...spec.environment },
      folder,
      agent,
    }),
  };
  const script = [
    'sshd=/usr/sbin/sshd; [ -x "$sshd" ] || sshd=$(command -v sshd) || {',
    `  echo ${shellQuote(noSshd)} >&2; exit 127`,
    '}',
    ...(spec.use === true ? [noteUse] : []),
    `${isStopping} && { echo ${shellQuote(stopping)} >&2; exit 126; }`,
    `if [ ! -f ${folder}/sshd_config ]; then`,
    // A program more is a millisecond more: each file has its mode from the start. Two are read as the user who logs in.
    `  new=${folder}.$$; umask 022; mkdir -p /run/sshd "$new"`,
    ...Object.entries(files).map(([name, text]) => {
      const mask = usersOwn.has(name) ? '022' : '077';
      return `  umask ${mask}; printf %s ${shellQuote(text)} >"$new/${name}"`;
    }),
    `  umask 022; mv -T "$new" ${folder} 2>/dev/null || rm -rf "$new"`,
    `  { printf %s ${shellQuote(loginProfile(spec.environment))} >${profileFile}; } 2>/dev/null`,
    'fi',
    '[ -d /run/sshd ] || mkdir -p /run/sshd',
    ...(spec.sockets === undefined ? [] : socketsFor(spec.user, spec.sockets)),
    `exec "$sshd" -i -e -f ${folder}/sshd_config`,
    '',
  ].join('\n');
  return forBootstrapShell(script);
}

/** sshd makes a socket as the user and leaves it when it ends: those behind which nobody is any more are cleared away. */
function socketsFor(user: string, folder: string): string[] {
  const quoted = shellQuote(folder);
  return [
    `mkdir -p ${quoted} && chmod 700 ${quoted} && chown ${shellQuote(`${user}:`)} ${quoted}`,
    `for each in ${quoted}/*.sock; do grep -q " $each$" /proc/net/unix || rm -f "$each"; done`,
  ];
}

/** What sshd reads as the user who logs in. */
const usersOwn: ReadonlySet<string> = new Set(['authorized_keys', sessionFile]);

export const profileFile = '/etc/profile.d/zz-berth.sh';

/**
 * What login shells read last, where the root can be written to: /etc/profile sets a PATH of its own over the container's, and variables of several lines
 * cannot come through sshd.
 */
export function loginProfile(environment: Readonly<Record<string, string>>): string {
  const path = environment['PATH'];
  const variables = { ...(path === undefined ? {} : { PATH: path }), ...multilineVariables(environment) };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${shellQuote(value)}`);
  return [
    "# Written by Berth: login shells see the container's own environment, and its secrets.",
    ...lines,
    forgetSession,
    sourceEnvironment,
    '',
  ].join('\n');
}
