#!/usr/bin/env bash
# What tests need besides the product: for those without an engine the programs that they ask; for those on one a second kind of engine, and tools for an internet of
# their own.
#   setup/test-tools.sh unit|engine
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"

from_distribution test-tools "the tests" age:age age-keygen:age ssh:openssh-client
[ "${1:?}" = engine ] || exit 0
from_distribution test-tools "the engine tests" podman:podman runc:runc ip:iproute2 openssl:openssl iptables:iptables nft:nftables \
  rsync:rsync script:bsdutils
