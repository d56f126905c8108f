#!/usr/bin/env bash
# Runs in a container without a network, with the volume of a client's keys at /keys: makes those that are not there, and says the public half of each, a
# line a key. A private key is moved to its place when it is whole, so one that is there is one to keep. Nothing of it is printed.
set -euo pipefail
umask 077
cd /keys
rm -rf .new .new.pub
for name in authentication signing; do
  if ! [ -f "$name" ] || [ -L "$name" ]; then
    rm -rf "$name"
    ssh-keygen -q -t ed25519 -N "" -C "$CLIENT-$name" -f .new
    mv -fT .new "$name"
    rm -f .new.pub
  fi
  # Of the private one, which is what counts; with the words that stand in it.
  public=$(ssh-keygen -y -P "" -f "$name" </dev/null)
  printf '%s\n' "$public" >.new
  rm -rf "$name.pub"
  mv -fT .new "$name.pub"
  printf '%s %s\n' "$name" "$public"
done
printf '%s namespaces="git" %s\n' "$CLIENT" "$(<signing.pub)" >.new
rm -rf allowed_signers
mv -fT .new allowed_signers
chmod 0400 authentication signing
chmod 0444 authentication.pub signing.pub allowed_signers
chmod 0555 .
chown -h "$OWNER" . authentication signing authentication.pub signing.pub allowed_signers
