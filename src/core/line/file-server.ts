import { isStopping } from '../idle/mark';
import { shellQuote } from '../quote';
import { forBootstrapShell } from './bootstrap';
import { becomeUser } from './perl';
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

/** It ends where it cannot become the user. */
const program = String.raw`use strict;
${becomeUser}
my ($user, @places) = @ARGV;
become_user($user) or exit 1;
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
