/** Variables that change how perl itself starts: not for a perl of Berth's, since they are meant for the user's programs. */
export const perlsOwn = ['PERL5OPT', 'PERL5LIB', 'PERL5DB', 'PERLIO', 'PERL_UNICODE', 'PERL_SIGNALS', 'PERL_HASH_SEED'];
