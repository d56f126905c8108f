#!/usr/bin/env bash
# What the engine tests need besides the product: a second kind of engine, and tools for an internet of their own.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"

missing=()
for tool in podman:podman runc:runc ip:iproute2 openssl:openssl iptables:iptables; do
  command -v "${tool%:*}" >/dev/null || missing+=("${tool#*:}")
done
[ "${#missing[@]}" -gt 0 ] || exit 0
command -v apt-get >/dev/null || refuse test-tools "the engine tests need ${missing[*]}; install them"
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
say test-tools "installing ${missing[*]} from the distribution, for the engine tests"
"${as_root[@]}" apt-get update -qq >/dev/null
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
