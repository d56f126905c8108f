#!/usr/bin/env bash
# Makes the base image: the registry's by digest where the lock names one and it can be had, else the distribution's own
# packages, put together so that two runs from one mirror state are equal to the bit.
set -euo pipefail
: "${ENGINE:?}" "${IMAGE_TAG:?}" "${SUITE:?}" "${EPOCH:?}"
read -ra engine <<<"$ENGINE"
say() { printf '%s  %s\n' "$IMAGE_TAG" "$*" >&2; }

# At most two minutes: a network that swallows packets gives no error.
pull() {
  local limit=(env)
  if command -v timeout >/dev/null; then limit=(timeout 120); fi
  "${limit[@]}" "${engine[@]}" pull --quiet "$REGISTRY_IMAGE" 2>&1
}

if [ -n "${REGISTRY_IMAGE:-}" ]; then
  if reason=$(pull); then
    "${engine[@]}" tag "$REGISTRY_IMAGE" "$IMAGE_TAG"
    say "is $REGISTRY_IMAGE"
    exit 0
  fi
  say "$REGISTRY_IMAGE cannot be pulled (${reason##*$'\n'})"
fi
say "is bootstrapped from the distribution ($SUITE), about half a minute"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
got=$("${BASH_SOURCE[0]%/*}/rootfs" "$work/rootfs.tar")
# Podman tells its progress, Docker only what is wrong: shown when it fails.
if ! "${engine[@]}" import --change 'CMD ["bash"]' "$work/rootfs.tar" "$IMAGE_TAG" >"$work/log" 2>&1; then
  cat "$work/log" >&2
  say "could not be imported"
  exit 1
fi
if [ -z "${ROOTFS:-}" ]; then
  say "is bootstrapped: root file system $got"
elif [ "$got" = "$ROOTFS" ]; then
  say "is bootstrapped, equal to the bit with images/lock.yaml"
else
  # Its packages are signed by the distribution either way; the lock says which state of it was tested.
  printf '%s  is bootstrapped from another state of the distribution than the one in images/lock.yaml\n  its root file system  %s\n  the lock              %s\n' \
    "$IMAGE_TAG" "$got" "$ROOTFS" >&2
fi
