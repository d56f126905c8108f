#!/usr/bin/env bash
# What tests need besides the product: those of the gateway's own program what asks and tells the kernel; others without an engine the programs that they ask; those on one a second
# kind of engine, and tools for an internet of their own.
#   setup/test-tools.sh toolchain|unit|engine
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"

if [ "${1:?}" = toolchain ]; then
  from_distribution test-tools "the tests of the gateway's program" nft:nftables ip:iproute2 tc:iproute2
  exit
fi
from_distribution test-tools "the tests" age:age age-keygen:age ssh:openssh-client zsh:zsh fish:fish
[ "$1" = engine ] || exit 0
from_distribution test-tools "the engine tests" podman:podman runc:runc newuidmap:uidmap slirp4netns:slirp4netns setpriv:util-linux ip:iproute2 openssl:openssl iptables:iptables nft:nftables \
  rsync:rsync script:bsdutils runsc:runsc docker-registry:docker-registry
