import { isStopping } from '../idle/mark';
import { shellQuote } from '../quote';
import { forBootstrapShell } from './bootstrap';
import { fileServerName } from './process-names';

/** Where distributions keep OpenSSH's SFTP server: Debian, Alpine and Arch, Fedora, SUSE. */
const places = [
  '/usr/lib/openssh/sftp-server',
  '/usr/lib/ssh/sftp-server',
  '/usr/libexec/openssh/sftp-server',
  '/usr/libexec/ssh/sftp-server',
];

/** What it says once it listens: nothing of SFTP's may come before, or a shell would read it. */
export const listens = Buffer.from('\n');

/**
 * Becomes the user with all groups, as initgroups(3) would make it, and then the server. It ends where that cannot be: perl
 * says nothing of what it could not give up, so what it is then is looked at.
 */
const program = String.raw`use strict;
my ($user, @places) = @ARGV;
my (undef, undef, $uid, $gid) = getpwnam $user or exit 1;
my @groups = $gid;
while (my @group = getgrent) { push @groups, $group[2] if grep { $_ eq $user } split ' ', $group[3] }
$) = "$gid @groups";
$( = $gid;
($<, $>) = ($uid, $uid);
my %wanted = map { $_ => 1 } @groups;
exit 1 if $< != $uid || $> != $uid || grep { !$wanted{$_} } split ' ', "$( $)";
umask 022;
my ($server) = grep { -x } @places or exit 1;
syswrite STDOUT, "\n";
exec { $server } '${fileServerName}';
exit 1;
`;

/**
 * What a shell that waits for a connection's bootstrap reads in its place, to become an SFTP server of the user's without
 * sshd. Pure.
 */
export function fileServer(user: string): Buffer {
  const script = [
    `${isStopping} && exit 1`,
    `exec /usr/bin/perl -e ${[program, user, ...places].map((word) => shellQuote(word)).join(' ')}`,
    '',
  ].join('\n');
  return forBootstrapShell(script);
}
