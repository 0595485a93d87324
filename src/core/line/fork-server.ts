import { watcherFiles } from '../idle/mark';
import { environmentFile, forgetSession } from '../secrets/places';
import { shellQuote } from '../quote';
import { perlsOwn, readMachine, withLength } from './perl';
import { waitingMark } from './waiting-mark';
import { runVariable, starter, variableName, type ReadyWrap } from './wrap';

/**
 * Runs one command after another. A process that it has forked before waits for a request on stdin and becomes the command,
 * leader of a session of its own, with these very outputs and not with copies; when it has ended, this one tells how. What a
 * command leaves running in the background has the outputs too, and would write into the next command's: so orphans come to
 * this process (a subreaper, prctl(2)), and where one is left, it ends as the command did, and its channel closes when the
 * last of them has gone. So it does after a command that reads its input: what that left unread is no request.
 *
 * It works where it knows the numbers of prctl, and tells its own number once it can. A request is eight hexadecimal digits,
 * the number of bytes that follow: flags, nonce, folder, number of variables, `NAME=value` …, argument …, with a NUL between.
 * Flags: `i` the command reads its input, `s` it has the secrets' variables, `o` it is a look of Berth's own. In the list of
 * processes it is `called` something that by itself is no use of the container. `first`: what it does before it waits.
 */
export const serverProgram = (first: string, called: string): string => String.raw`
${readMachine}
my ($prctl, $setsid, $leave) = @{{62 => [157, 112, 231], 183 => [167, 157, 94]}->{$machine} // exit 125};
my $is = pack 'i', 0;
exit 125 if $class != 2 || syscall($prctl, 36, 1, 0, 0, 0) || syscall($prctl, 37, $is, 0, 0, 0) || unpack('i', $is) != 1;
# Hears how a command ended with which this does, where no sshd tells it.
my $hears;
${first}
syscall $prctl, 15, my $name = '${called}', 0, 0, 0;
binmode $_ for *STDIN, *STDOUT, *STDERR;
delete $ENV{OLDPWD};
my $home = $ENV{PWD} // '/';
pipe my $hear, my $word or exit 125;

# At once: perl's own end would be the parent's too.
sub leave { syscall $leave, $_[0] }
sub mark { syswrite STDERR, "\036$_[0] $_[1]\n" }
sub take {
  my $bytes = '';
  while (length $bytes < $_[0]) { sysread STDIN, $bytes, $_[0] - length $bytes, length $bytes or leave(0) }
  return $bytes;
}
sub fail { syswrite STDERR, "sh: $_[1]: $_[2]\n"; leave($_[0]) }
sub refuse { mark(@_); leave(125) }
# A named pipe cannot be opened by its name in /dev once nobody writes any more, which other pipes can: so a command has one of
# those. Who carries over is an orphan, and so this process's: a command has no child that it does not know.
sub carry {
  pipe my $from, my $to or return;
  # Without a process for it, the command has the named one itself.
  defined(my $between = fork) or return;
  if ($between == 0) {
    my $far = fork;
    leave(defined $far ? 0 : 1) if $far || !defined $far;
    close $_ for *STDOUT, *STDERR, $from, $word;
    while (sysread STDIN, my $bytes, 65536) {
      for (my $at = 0; $at < length $bytes;) { $at += syswrite($to, $bytes, length($bytes) - $at, $at) // leave(0) }
    }
    leave(0);
  }
  waitpid $between, 0;
  open STDIN, '<&', $from if $? == 0;
}
sub become {
  my $named = $hears;
  close $hears if $hears;
  my ($flags, $nonce, $folder, $count, @words) = split /\0/, take(hex take(8)), -1;
  syswrite $word, ($flags =~ /i/ ? 1 : 0) . $nonce;
  if ($flags !~ /i/) { open STDIN, '<', '/dev/null' } elsif ($named) { carry() }
  if ($flags !~ /o/) {
    if (open my $used, '>>', '${watcherFiles.used}') { syswrite $used, "\n" }
    refuse($nonce, '!') if -e '${watcherFiles.stopping}';
  }
  chdir $folder or refuse($nonce, '-');
  $ENV{PWD} = $folder =~ m{^/} && $folder !~ m{//|/\.\.?(/|$)|./$} ? $folder : readlink '/proc/self/cwd';
  $ENV{OLDPWD} = $home;
  my @set = splice @words, 0, $count;
  if ($flags =~ /s/ && -O '${environmentFile}') {
    my @export = map { my ($name, $value) = split /=/, s/'/'\\''/gr, 2; "export $name='$value'\n" } @set;
    $ENV{${runVariable}} = join '', "unset ${runVariable}\n. ${environmentFile}\n", @export, 'exec "$@"';
    unshift @words, ${starter.map((word) => `'${word}'`).join(', ')}, 'sh';
  } else {
    for (@set) { my ($name, $value) = split /=/, $_, 2; $ENV{$name} = $value }
  }
  mark($nonce, $$);
  exec { $words[0] } @words;
  fail($! == 2 ? (127, $words[0], 'not found') : (126, $words[0], $!));
}

syswrite $hears, "\n" if $hears;
mark($ARGV[0], $$);
for (;;) {
  my $child = fork;
  if (defined $child && $child == 0) {
    syscall $setsid;
    become();
  }
  exit 125 if !defined $child;
  my ($gone, $status);
  do { $gone = wait; $status = $? } until $gone == $child || $gone < 0;
  do { $gone = waitpid -1, 1 } while $gone > 0;
  my ($code, $signal) = ($status >> 8, $status & 127);
  vec(my $told = '', fileno $hear, 1) = 1;
  # One that never was a command has nothing to say, but that there is no more input.
  exit 0 if !select $told, undef, undef, 0;
  sysread $hear, my $last, 1;
  sysread $hear, my $nonce, 16;
  if ($last || $gone == 0) {
    syswrite $hears, "$code $signal" if $hears;
    leave($signal ? 128 + $signal : $code);
  }
  my $end = sprintf "\036%s=%03d%03d\n", $nonce, $code, $signal;
  syswrite STDOUT, $end;
  syswrite STDERR, $end;
}
`;

/** Under sshd, whose session it takes over. */
const inSession = 'for (grep /^BERTH_PERL/, keys %ENV) { my $value = delete $ENV{$_}; s/^BERTH_//; $ENV{$_} = $value }';

/**
 * For a shell: becomes a fork server, which tells its number once it waits; the shell goes on where the container has no perl.
 * Pure.
 */
export function forkServer(nonce: string): string {
  // Put aside until it has started.
  const aside = (name: string): string =>
    `[ -z "\${${name}+x}" ] || { BERTH_${name}=$${name}; export BERTH_${name}; unset ${name}; }`;
  return [
    'if [ -x /usr/bin/perl ]; then',
    forgetSession,
    ...perlsOwn.map(aside),
    `unset ${runVariable}; BERTH_SERVER=${shellQuote(serverProgram(inSession, 'sh'))}; export BERTH_SERVER`,
    `${runServer} ${nonce} ${waitingMark}`,
    'fi',
  ].join('\n');
}

/** For a shell: becomes perl with the program that the variable holds, so that it is in no list of processes. */
const runServer = "exec /usr/bin/perl -e 'eval delete $ENV{BERTH_SERVER}'";

/** What is written to a fork server for a command. It does the same as wrapScript, in the same order. Pure. */
export function requestFor({ argv, cwd, env, own, withoutSecrets, stdin }: ReadyWrap, nonce: string): Buffer {
  const variables = Object.entries(env).map(([name, value]) => `${variableName(name)}=${value}`);
  const flags = `${stdin === true ? 'i' : ''}${withoutSecrets === true ? '' : 's'}${own === true ? 'o' : ''}`;
  const body = Buffer.from([flags, nonce, cwd, String(variables.length), ...variables, ...argv].join('\0'));
  return withLength(body);
}

/** How a fork server tells on both outputs that all of a command's is there; its length is always the same. */
export function endMark(nonce: string): { readonly start: Buffer; readonly bytes: number } {
  const start = Buffer.from(`\u001e${nonce}=`);
  return { start, bytes: start.length + 'cccsss\n'.length };
}
