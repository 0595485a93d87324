import { createHash } from 'node:crypto';
import { dialMount } from '../engine/dial-mount';
import { watcherFiles } from '../idle/mark';
import { loginProfile, profileFile } from './bootstrap';
import { becomeShell } from './dial';
import { serverProgram } from './fork-server';
import { becomeUser, withLength } from './perl';
import { userServerName } from './process-names';
import { waitingMark } from './waiting-mark';

/** A fork server of the user's that no sshd starts. */
export interface UserServerSpec {
  readonly user: string;
  /** What its commands see of variables, besides those of the user's account. */
  readonly environment: Readonly<Record<string, string>>;
  /** Named pipes in the container's dial folder: its input, output and errors. */
  readonly pipes: readonly string[];
  /** After this it tells its number once it waits. */
  readonly hello: string;
  /** Whether it is no matter what the user's shell would read before a command. */
  readonly anyShell?: boolean;
}

/**
 * Pipes, so that what is written to /dev/stdout and read from /dev/stdin can be opened, which sockets cannot. With a shell that
 * reads start files even for a command, as zsh and fish do, it does not wait by itself: those are sshd's to give.
 */
const asUser = String.raw`
exit 126 if -e '${watcherFiles.stopping}';
my ($hello, $any, $user, $written, $profile, @told) = @settings;
@ARGV = $hello;
umask 022;
if (!-e $written) {
  if (open my $file, '>', '${profileFile}') { syswrite $file, $profile }
  open my $mark, '>', $written;
}
chdir '${dialMount}' or exit 125;
my @pipes = map {
  my ($name, $flags) = (shift @told, $_);
  exit 125 if $name !~ /^[0-9a-f]{12}$/ || !-p $name;
  # At once, whether or not anybody is at the other end; from then on as a pipe is.
  sysopen my $pipe, $name, $flags | 2048 or exit 125;
  fcntl $pipe, 4, $flags or exit 125;
  $pipe;
} 0, 1, 1;
open $hears, '>&', \*STDOUT or exit 125;
open STDIN, '<&', $pipes[0] or exit 125;
open STDOUT, '>&', $pipes[1] or exit 125;
open STDERR, '>&', $pipes[2] or exit 125;
@pipes = ();
my ($place, $shell) = become_user($user) or exit 125;
exit 125 if !$any && $shell !~ m{^$|/(?:ba|da|a)?sh$};
open my $kernel, '<', '/proc/sys/kernel/hostname' and sysread $kernel, my $host, 256;
$host =~ s/\n//;
%ENV = (
  USER => $user, LOGNAME => $user, HOME => $place, SHELL => $shell || '/bin/sh', HOSTNAME => $host,
  PATH => '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  map { split /=/, $_, 2 } @told,
);
delete $ENV{PWD};
chdir $ENV{HOME} and $ENV{PWD} = $ENV{HOME} or chdir '/';
$0 = 'berth-line ${waitingMark}';
`;

/**
 * For who has connected (see dialer.ts), before it is known what is wanted of it: becomes what it is told next, a fork server of the
 * user's without sshd, or the shell that waits for a connection's bootstrap. The server says a byte on its own output once it
 * waits, and how a command ended with which it did.
 */
export const userServerProgram = String.raw`
my ($kind, @settings) = split /\0/, taken(hex taken(8)), -1;
if ($kind eq 'shell') { ${becomeShell} }
${becomeUser}
${serverProgram(asUser, userServerName)}`;

/** What {@link userServerProgram} is told to become a server. Pure. */
export function becomeServer({ user, environment, pipes, hello, anyShell }: UserServerSpec): Buffer {
  const profile = loginProfile(environment);
  const digest = createHash('sha256').update(profile).digest('hex').slice(0, 16);
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const words = [
    'server',
    hello,
    anyShell === true ? '1' : '',
    user,
    `/run/berth/profile-${digest}`,
    profile,
    ...pipes,
    ...variables,
  ];
  return withLength(Buffer.from(words.join('\0')));
}

/** What {@link userServerProgram} is told to become the shell. */
export const becomeShellInstead = withLength(Buffer.from('shell'));
