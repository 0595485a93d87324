#!/usr/bin/perl
# Starts the Chromium that BERTH_CHROMIUM names, with the arguments given, such that it hears nothing of changes of this machine's
# network. (The name is no argument: Playwright's own come before all others.)
#
# Chromium gives up each connection under way, also to 127.0.0.1, whenever an address comes or goes (ERR_NETWORK_CHANGED), as one
# does with each container that another test starts; no flag of it says otherwise. It hears of that by a socket of the family
# NETLINK, which this has the kernel refuse it, by a seccomp filter; Chromium then takes the network to be there as it is.
use strict;
use warnings;
use POSIX ();

# The machine as the kernel names it in a filter (linux/audit.h), and the numbers of the two calls there (asm/unistd.h).
my %machines = (
  x86_64  => { audit => 0xC000003E, socket => 41,  prctl => 157 },
  aarch64 => { audit => 0xC00000B7, socket => 198, prctl => 167 },
);
my ($PR_SET_NO_NEW_PRIVS, $PR_SET_SECCOMP, $SECCOMP_MODE_FILTER) = (38, 22, 2);
my ($AF_NETLINK, $EAFNOSUPPORT) = (16, 97);
my ($REFUSE, $ALLOW) = (0x00050000, 0x7fff0000);
my ($LOAD, $JUMP_EQUAL, $RETURN) = (0x20, 0x15, 0x06);

# Words of struct seccomp_data (linux/seccomp.h), by their offset in bytes; those of an argument are the low one first on both machines.
my ($CALL, $AUDIT, $FIRST_ARGUMENT) = (0, 4, 16);

my $machine = $machines{ (POSIX::uname())[4] };
if ($machine) {
  # Each step: code, how many to skip where equal, how many where not, operand.
  my @steps = (
    [$LOAD,       0, 0, $AUDIT],
    [$JUMP_EQUAL, 0, 5, $machine->{audit}],
    [$LOAD,       0, 0, $CALL],
    [$JUMP_EQUAL, 0, 3, $machine->{socket}],
    [$LOAD,       0, 0, $FIRST_ARGUMENT],
    [$JUMP_EQUAL, 0, 1, $AF_NETLINK],
    [$RETURN,     0, 0, $REFUSE | $EAFNOSUPPORT],
    [$RETURN,     0, 0, $ALLOW],
  );
  my $filter = join '', map { pack 'SCCL', @$_ } @steps;
  my $program = pack 'S x6 P', scalar(@steps), $filter;
  syscall($machine->{prctl}, $PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 or die "no_new_privs: $!\n";
  syscall($machine->{prctl}, $PR_SET_SECCOMP, $SECCOMP_MODE_FILTER, $program, 0, 0) == 0 or die "seccomp: $!\n";
}
my $chromium = delete $ENV{BERTH_CHROMIUM} // die "BERTH_CHROMIUM is not set\n";
exec { $chromium } $chromium, @ARGV or die "$chromium: $!\n";
