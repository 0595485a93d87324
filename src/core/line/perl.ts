/** Variables that change how perl itself starts: not for a perl of Berth's, since they are meant for the user's programs. */
export const perlsOwn = ['PERL5OPT', 'PERL5LIB', 'PERL5DB', 'PERLIO', 'PERL_UNICODE', 'PERL_SIGNALS', 'PERL_HASH_SEED'];

/** For a perl of Berth's: whether it is a program of 64 bits (`$class` 2), and for which `$machine`, by its ELF head (elf(5)). */
export const readMachine = String.raw`open my $self, '<:raw', '/proc/self/exe' or exit 125;
sysread $self, my $head, 20;
my ($class, $machine) = unpack 'x4 C x13 v', $head;`;
