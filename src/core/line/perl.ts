/** Variables that change how perl itself starts: not for a perl of Berth's, since they are meant for the user's programs. */
export const perlsOwn = ['PERL5OPT', 'PERL5LIB', 'PERL5DB', 'PERLIO', 'PERL_UNICODE', 'PERL_SIGNALS', 'PERL_HASH_SEED'];

/** For a perl of Berth's: whether it is a program of 64 bits (`$class` 2), and for which `$machine`, by its ELF head (elf(5)). */
export const readMachine = String.raw`open my $self, '<:raw', '/proc/self/exe' or exit 125;
sysread $self, my $head, 20;
my ($class, $machine) = unpack 'x4 C x13 v', $head;`;

/**
 * For a perl of root's: `become_user NAME` makes it that user with all groups, as initgroups(3) would, and returns its home and its
 * login shell; nothing where that cannot be. perl says nothing of what it could not give up, so what it is then is looked at.
 */
export const becomeUser = String.raw`sub become_user {
  my ($user) = @_;
  my (undef, undef, $uid, $gid, undef, undef, undef, $home, $shell) = getpwnam $user or return;
  my @groups = $gid;
  while (my @group = getgrent) { push @groups, $group[2] if grep { $_ eq $user } split ' ', $group[3] }
  $) = "$gid @groups";
  $( = $gid;
  ($<, $>) = ($uid, $uid);
  my %wanted = map { $_ => 1 } @groups;
  return if $< != $uid || $> != $uid || grep { !$wanted{$_} } split ' ', "$( $)";
  umask 022;
  return ($home, $shell);
}`;

/** What goes to a program of Berth's inside: the number of bytes that follow, as eight hexadecimal digits. Pure. */
export function withLength(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(body.length.toString(16).padStart(8, '0')), body]);
}
