#!/usr/bin/env bash
# Makes the base image: the registry's by digest where the lock names one, else the distribution's own packages, put
# together so that two runs from one mirror state are equal to the bit.
set -euo pipefail
: "${ENGINE:?}" "${IMAGE_TAG:?}" "${SUITE:?}" "${EPOCH:?}"
read -ra engine <<<"$ENGINE"
say() { printf '%s  %s\n' "$IMAGE_TAG" "$*" >&2; }

if [ -n "${REGISTRY_IMAGE:-}" ]; then
  if "${engine[@]}" pull --quiet "$REGISTRY_IMAGE" >/dev/null 2>&1; then
    "${engine[@]}" tag "$REGISTRY_IMAGE" "$IMAGE_TAG"
    say "is $REGISTRY_IMAGE"
    exit 0
  fi
  say "$REGISTRY_IMAGE cannot be pulled; bootstrapping it from the distribution"
else
  say "is being bootstrapped from the distribution ($SUITE), about half a minute"
fi

if ! command -v mmdebstrap >/dev/null; then
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  if ! command -v apt-get >/dev/null || ! { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap; } >/dev/null; then
    say "needs mmdebstrap, which is not here; install it, or name a base.registry by digest in images/lock.yaml"
    exit 1
  fi
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# No documentation, no translations: nobody reads them in a sandbox, and they are a third of the size.
SOURCE_DATE_EPOCH=$EPOCH mmdebstrap --quiet --variant=minbase --include=ca-certificates \
  --aptopt='APT::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/lintian/*' \
  "$SUITE" "$work/rootfs.tar" 2>"$work/log" || { tail -n 20 "$work/log" >&2; say "could not be bootstrapped"; exit 1; }
"${engine[@]}" import --change 'CMD ["bash"]' "$work/rootfs.tar" "$IMAGE_TAG" >/dev/null
say "is bootstrapped: root file system sha256:$(sha256sum "$work/rootfs.tar" | cut -d' ' -f1)"
