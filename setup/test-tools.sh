#!/usr/bin/env bash
# What the engine tests need besides the product: a second kind of engine, and tools for an internet of their own.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"

from_distribution test-tools "the engine tests" podman:podman runc:runc ip:iproute2 openssl:openssl iptables:iptables \
  ssh:openssh-client rsync:rsync script:bsdutils
