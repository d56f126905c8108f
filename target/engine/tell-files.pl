#!/usr/bin/perl
# Runs in a container, with the secrets volume at /secrets, read-only: tells what lies there without telling any of it. On stdin is a key, in hexadecimal. On
# stdout, a line each, sorted:
#   file PATH UID:GID MODE MARK   MARK is the beginning of the HMAC-SHA256 of path, NUL and content under that key; `large` for what no delivery is
#   other PATH                    no file and no directory: a link, a device
#   end                           everything was seen; without this line nothing that was printed counts
# In a path every byte that is no letter, digit or one of ._/- is \ and three octal digits. Nothing is followed, and nothing is left anywhere: with its base
# packages alone Perl has no SHA-2, so sha256sum makes the hashes, and reads from a pipe.
use strict;
use warnings;
use Fcntl qw(:mode);
use IPC::Open2;

my $MOST = 2**20;
my $hex = <STDIN> // '';
die "no key\n" if $hex !~ /^[0-9a-f]{64}$/;
my $key = pack 'H64', $hex;

my @found;
look('');
print map { "$_\n" } sort(@found), 'end';

sub look {
  my ($below) = @_;
  opendir my $folder, "/secrets/$below" or die "cannot read /secrets/$below: $!\n";
  my @names = grep { !/^\.\.?$/ } readdir $folder;
  closedir $folder;
  for my $path (map { $below eq '' ? $_ : "$below/$_" } @names) {
    my (undef, undef, $mode, undef, $uid, $gid, undef, $size) = lstat "/secrets/$path" or die "cannot see /secrets/$path: $!\n";
    if (S_ISDIR($mode)) { look($path) }
    elsif (!S_ISREG($mode)) { push @found, 'other ' . written($path) }
    else {
      my $mark = $size > $MOST ? 'large' : substr hmac($path . "\0" . content($path)), 0, 16;
      push @found, sprintf 'file %s %d:%d %04o %s', written($path), $uid, $gid, S_IMODE($mode), $mark;
    }
  }
  return;
}

sub written {
  my ($path) = @_;
  $path =~ s{([^A-Za-z0-9._/-])}{sprintf '\\%03o', ord $1}ge;
  return $path;
}

sub content {
  my ($path) = @_;
  open my $file, '<:raw', "/secrets/$path" or die "cannot read /secrets/$path: $!\n";
  local $/ = undef;
  return <$file> // '';
}

# RFC 2104, with blocks of 64 bytes.
sub hmac {
  my ($text) = @_;
  my $block = $key . "\0" x 32;
  my $inner = sha256(($block ^ ("\x36" x 64)) . $text);
  return sha256(($block ^ ("\x5c" x 64)) . pack('H64', $inner));
}

sub sha256 {
  my ($text) = @_;
  my $child = open2(my $from, my $to, 'sha256sum');
  binmode $to;
  print {$to} $text;
  close $to or die "sha256sum does not take it: $!\n";
  my ($sum) = (<$from> // '') =~ /^([0-9a-f]{64}) /;
  waitpid $child, 0;
  die "sha256sum says no sum\n" if !defined $sum;
  return $sum;
}
