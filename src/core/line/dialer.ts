import { dialMount, outsideFolder } from '../engine/dial-mount';
import type { ContainerSpec } from '../engine/types';
import { dialerVersion } from './dial';
import { perlsOwn, readMachine } from './perl';
import { dialerName } from './process-names';

/** The dialer's own file in a dial folder. */
export const dialerFile = `dialer-${dialerVersion}`;

/**
 * Runs in the container as root, from its start on. It reads names of sockets from a pipe in the dial folder, connects to
 * each twice, and becomes what it is told there: the first connection is its input and output, the second what it says on
 * stderr. It opens the pipe for writing too, so that it never comes to an end. Each leads a session of its own, as a process that
 * the engine starts does (setsid(2), where the number of that is known). What it is told first is a program of perl's, which may
 * have more of the same `taken`: the number of bytes that follow, as eight hexadecimal digits.
 */
export const dialer = String.raw`use strict;
my ($folder, $name) = @ARGV;
$0 = '${dialerName}';
chdir $folder or exit 1;
sysopen my $calls, $name, 2 or exit 1;
exit 1 if !-p $calls;
${readMachine}
my $setsid = $class == 2 ? {62 => 112, 183 => 157}->{$machine} : undef;
$SIG{CHLD} = 'IGNORE';
sub taken {
  my $bytes = '';
  while (length $bytes < $_[0]) { sysread STDIN, $bytes, $_[0] - length $bytes, length $bytes or exit 1 }
  return $bytes;
}
sub dialled { socket my $to, 1, 1, 0 or exit 1; connect $to, pack 'S a*', 1, "$_[0]\0" or exit 1; $to }
my $heard = '';
for (;;) {
  next if !sysread $calls, $heard, 4096, length $heard;
  while ($heard =~ s/^([^\n]*)\n//) {
    my $call = $1;
    next if $call !~ /^[0-9a-f]{12}$/;
    my $child = fork;
    next if !defined $child || $child;
    # A shell has what it starts beside itself ignore the keyboard's, and who ignores a signal hands that on.
    $SIG{$_} = 'DEFAULT' for qw(CHLD INT QUIT);
    my ($both, $errors) = (dialled($call), dialled($call));
    syscall $setsid if defined $setsid;
    open STDIN, '<&', $both;
    open STDOUT, '>&', $both;
    open STDERR, '>&', $errors;
    close $_ for $both, $errors, $calls;
    chdir '/';
    my $program = taken(hex taken(8));
    { no strict; eval $program }
    syswrite STDERR, $@;
    exit 1;
  }
}
`;

const perl = `exec /usr/bin/perl ${dialMount}/${dialerFile} ${dialMount} "$n" </dev/null >/dev/null 2>&1`;
const beside = `(unset ${perlsOwn.join(' ')}; ${perl} &)`;
const before = ['/bin/sh', '-c', `/bin/chmod 700 ${outsideFolder}; n=$1; shift; ${beside}; exec "$@"`, 'sh'];

/** What a container is made with that shall not be called: for an engine that does not see the folder. Pure. */
export function withoutDialer({ dial, ...spec }: ContainerSpec): ContainerSpec {
  return dial === undefined ? spec : { ...spec, command: spec.command.slice(before.length + 1) };
}

/**
 * A container's command with the dialer beside it, which goes its own way: whatever keeps it from running, the command runs.
 * The folder above the dial folder is root's alone before anything else runs, so that nobody else answers a call. Pure.
 */
export function besideDialer(pipe: string, command: readonly string[]): readonly string[] {
  if (!/^[0-9a-f]{12}$/.test(pipe)) throw new RangeError(`Not a pipe in a dial folder: ${pipe}`);
  return [...before, pipe, ...command];
}
