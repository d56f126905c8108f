#!/usr/bin/perl
# Runs in a container, with agents' volumes below /state, read-only: tells whether their login files have a login, without any of it. Agents write there, also while
# this looks. Its words are a filter of jq, and for each login, by its number N from 0, which is also its volume's (/state/N): the path of its file and, as JSON, what
# a login in it has. On stdout, a line each, in order:
#   N absent   nothing is there
#   N other    no file, or something on the way to it that is no directory: a link, a pipe, a device
#   N large    a file of more bytes than a login has
#   N broken   no one JSON object
#   N JSON     what the filter made of it
#   end        all was seen; without this line nothing that was printed counts
use strict;
use warnings;
use Fcntl qw(:DEFAULT :mode);
use IPC::Open2;

my $MOST = 2**18;
my ($filter, @logins) = @ARGV;
$SIG{PIPE} = 'IGNORE';
my $number = 0;
while (my ($path, $has) = splice @logins, 0, 2) {
  print "$number ", look("/state/$number", $path, $has), "\n";
  $number++;
}
print "end\n";

# Each directory on the way is entered by its name and compared with what had that name before, so that a link which takes its place leads nowhere.
sub look {
  my ($volume, $path, $has) = @_;
  chdir $volume or die "cannot enter $volume: $!\n";
  my @way = split m{/}, $path;
  my $name = pop @way;
  for my $folder (@way) {
    my @was = lstat $folder or return missing();
    return 'other' if !S_ISDIR($was[2]);
    chdir $folder or return missing();
    my @is = stat '.' or die "cannot see where it is: $!\n";
    return 'other' if $is[0] != $was[0] || $is[1] != $was[1];
  }
  # Of a pipe it would wait for a writer.
  sysopen my $file, $name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK or return missing();
  my @is = stat $file or die "cannot see $path: $!\n";
  return 'other' if !S_ISREG($is[2]);
  my $content = '';
  # It may grow while it is read.
  while (length $content <= $MOST) {
    my $read = sysread $file, $content, $MOST + 1 - length $content, length $content;
    die "cannot read $path: $!\n" if !defined $read;
    last if $read == 0;
  }
  return length $content > $MOST ? 'large' : filtered($content, $has);
}

sub missing {
  return 'absent' if $!{ENOENT};
  return 'other' if $!{ELOOP} || $!{ENOTDIR} || $!{ENXIO} || $!{ENODEV};
  die "cannot be looked at: $!\n";
}

# What jq says of a text that is no JSON repeats some of it, and goes nowhere. How deep it may be is jq's own limit.
sub filtered {
  my ($content, $has) = @_;
  my $child = open2(my $from, my $to, 'sh', '-c', 'exec timeout 10 jq "$@" 2>/dev/null', 'jq', '-c', '-s', '--argjson', 'has', $has, $filter);
  binmode $to;
  print {$to} $content;
  close $to;
  my $line = <$from> // '';
  waitpid $child, 0;
  die "jq gave no answer in 10 s\n" if $? >> 8 == 124;
  die "jq could not be run\n" if $? >> 8 == 126 || $? >> 8 == 127;
  chomp $line;
  return $? == 0 && $line ne '' ? $line : 'broken';
}
