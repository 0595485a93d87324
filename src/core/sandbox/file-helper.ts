/**
 * What a shell for files asks in place of starting a program, each of which takes most of a millisecond: names what is
 * open, tells its bytes, replaces a file under the folder's lock. It knows no path and judges none: the shell has done so by
 * then, and shows what it holds by its own number, through which the kernel leads to that very folder or file, wherever the
 * path leads now. It is the shell's parent, of the same user; only that shell has the two pipes, and neither outlives the
 * other. Where it cannot do something it says so by saying nothing, and the shell goes by programs. In the list of processes
 * it is another `sh`, which is no use of the container while it waits.
 *
 * A request is `NUMBER/WORD/…` up to a NUL (no name in a folder holds a slash); an answer is `NUMBER …`, a line. A shell
 * that was killed while it waited for the lock is not there any more when its turn comes.
 */
const helper = String.raw`
$^F = 7;
my $plain = !(pipe(my $asked, my $ask) && pipe(my $hear, my $answer) && fileno($answer) < 8);
my $shell = $plain ? 0 : fork;
if (!$shell) {
  exec '/bin/sh', '-s' if $plain || !defined $shell;
  close $asked; close $answer;
  exec '/bin/sh', '-s', fileno($ask), fileno($hear);
}
close $ask; close $hear; open STDIN, '<', '/dev/null';
$^F = 2; $0 = 'sh'; $SIG{PIPE} = 'IGNORE'; $/ = "\0";

sub name {
  my ($pid, $fd) = @_;
  my $name = readlink "/proc/$pid/fd/$fd";
  return defined $name && $name !~ /\n/ ? $name : '';
}

sub give {
  my ($pid, $fd, $most, $before, $after) = @_;
  open my $file, '<', "/proc/$pid/fd/$fd" or return '';
  my $bytes = $before;
  while ($most > 0 && (my $got = sysread $file, $bytes, $most < 65536 ? $most : 65536, length $bytes)) {
    $most -= $got;
    if (length $bytes >= 65536) { told($bytes) or return 'given'; $bytes = '' }
  }
  told($bytes . $after);
  return 'given';
}

sub told {
  my ($bytes) = @_;
  for (my $at = 0; $at < length $bytes;) { $at += syswrite(STDOUT, $bytes, length $bytes, $at) // return 0 }
  return 1;
}

sub replace {
  my ($pid, $expected, $mode, $new, $name) = @_;
  chdir "/proc/$pid/cwd" or return '';
  my $lock;
  if (open $lock, '<', '.') {
    flock $lock, 2 or return '';
    chdir "/proc/$pid/cwd" or return '';
  }
  return replaced($expected, $mode, $new, $name);
}

sub replaced {
  my ($expected, $mode, $new, $name) = @_;
  my $as = $mode eq '' ? (stat $name)[2] : oct $mode;
  return '' unless defined $as && chmod $as & 07777, $new;
  if ($expected eq 'absent') { return link($new, $name) && unlink($new) ? 'ok' : 'changed' }
  if ($expected ne '-') {
    my $now = 'absent';
    if (-f $name) {
      open my $sum, '-|', 'sha256sum', "./$name" or return '';
      ($now) = (<$sum> // '') =~ /([0-9a-f]{64})/ or return '';
    }
    return 'changed' if $now ne $expected;
  }
  return rename($new, $name) ? 'ok' : '';
}

my %words = (name => \&name, give => \&give, replace => \&replace);
while (defined(my $request = <$asked>)) {
  chomp $request;
  my ($pid, $word, @more) = split m{/}, $request, -1;
  my $done = $words{$word}->($pid, @more);
  chdir '/';
  syswrite $answer, "$pid $done\n";
}
waitpid $shell, 0;`;

/** A shell that reads scripts, with the helper where the container has a perl that works; each Debian has one. */
export const helpedShell: readonly string[] = [
  '/bin/sh',
  '-c',
  [
    'unset PERL5OPT PERL5LIB PERL5DB PERLIO PERL_UNICODE; LC_ALL=C; export LC_ALL',
    '[ -x /usr/bin/perl ] && /usr/bin/perl -e 1 2>/dev/null && exec /usr/bin/perl -e "$1"',
    'exec /bin/sh -s',
  ].join('\n'),
  'berth',
  helper,
];

/** What such a shell knows of its helper. */
export const helpedBy = 'berth_ask=$1 berth_hear=$2';

/** For a script: asks the helper five words at most, for `$answer`; false where there is none. */
export const asked = `me=
asked() {
  [ -n "$berth_ask" ] || return 1
  if [ -z "$me" ]; then for me in /proc/self/task/*; do me=\${me##*/}; done; fi
  printf '%s/%s/%s/%s/%s/%s\\0' "$me" "$1" "$2" "$3" "$4" "$5" >&"$berth_ask"
  while IFS= read -r answer <&"$berth_hear"; do
    case $answer in "$me "*) answer=\${answer#* }; return 0 ;; esac
  done
  return 1
}
`;
