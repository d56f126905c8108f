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

# The mirrors this host installs from, when it is a Debian itself; else mmdebstrap's own.
mirrors() {
  # shellcheck disable=SC1091 # of the host
  [ "$(. /etc/os-release 2>/dev/null && echo "${ID:-}")" = debian ] || return 0
  # shellcheck disable=SC2016 # apt's own variables
  apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | sort -u | awk -v suite="$SUITE" '
    $1 == "Debian" && !main++ { print "deb", $2, suite, "main"; print "deb", $2, suite "-updates", "main" }
    $1 == "Debian-Security" && !security++ { print "deb", $2, suite "-security", "main" }' | sed 's|/ | |'
}

need_mmdebstrap() {
  if command -v mmdebstrap >/dev/null; then return; fi
  local as_root=()
  if [ "$(id -u)" != 0 ]; then as_root=(sudo); fi
  say "installs mmdebstrap on this host"
  if ! command -v apt-get >/dev/null || ! "${as_root[@]}" apt-get update -qq >&2 || ! "${as_root[@]}" env \
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap debian-archive-keyring uidmap >&2; then
    say "needs mmdebstrap, which is not here; install it, or name a base.registry that can be pulled in images/lock.yaml"
    return 1
  fi
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
need_mmdebstrap

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mapfile -t mirrors < <(mirrors)
# No documentation, no translations: nobody reads them in a sandbox, and they are a third of the size.
if ! SOURCE_DATE_EPOCH=$EPOCH mmdebstrap --quiet --variant=minbase --include=ca-certificates \
  --aptopt='APT::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/lintian/*' \
  "$SUITE" "$work/rootfs.tar" "${mirrors[@]}" 2>"$work/log"; then
  tail -n 20 "$work/log" >&2
  say "could not be bootstrapped"
  exit 1
fi
# Less the list of mirrors: two hosts that use different ones make the same.
got=sha256:$(tar --delete -f - ./etc/apt/sources.list <"$work/rootfs.tar" | sha256sum | cut -d' ' -f1)
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
