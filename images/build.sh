#!/usr/bin/env bash
# Makes one image, unless its tag is there. On stdin the Dockerfile; in the environment ENGINE, IMAGE_TAG, CONTEXT and
# BUILD_ARGS (NAME=value, a line each), or for the base SUITE, EPOCH and REGISTRY_IMAGE. A failed build leaves every tag as it was.
set -euo pipefail
: "${ENGINE:?}" "${IMAGE_TAG:?}" "${CONTEXT:?}"
read -ra engine <<<"$ENGINE"
here=${BASH_SOURCE[0]%/*}

present() { "${engine[@]}" image inspect "$IMAGE_TAG" >/dev/null 2>&1; }
say() { printf '%s  %s\n' "$IMAGE_TAG" "$*" >&2; }

# The engine's client that has BuildKit: with the buildx plugin, or before 23 by itself. Podman builds by itself.
builder() {
  local docker version
  if [ "${engine[0]}" = podman ]; then printf 'podman --remote build\n'; return; fi
  while read -r docker; do
    if "$docker" buildx version >/dev/null 2>&1; then printf '%s buildx build --load\n' "$docker"; return; fi
    version=$("$docker" version --format '{{.Client.Version}}' 2>/dev/null || true)
    if [ -n "$version" ] && [ "${version%%.*}" -lt 23 ]; then printf 'env DOCKER_BUILDKIT=1 %s build\n' "$docker"; return; fi
  done < <(type -ap docker)
  say "no docker client here can build: install the buildx plugin (Debian and Ubuntu: docker-buildx)"
  return 1
}

# Certificates this host trusts, for builds behind a proxy that re-signs TLS: a build secret, in no layer.
trust() {
  local file
  for file in "${SSL_CERT_FILE:-}" "${NODE_EXTRA_CA_CERTS:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
    if [ -n "$file" ] && [ -s "$file" ]; then printf '%s' "$file"; return; fi
  done
}

if present; then
  say "is there"
  exit 0
fi
# Several stacks may need the same image at once: one builds, the others wait and find it.
locks=${XDG_CACHE_HOME:-$HOME/.cache}/agent-sandbox/locks
mkdir -p "$locks"
exec 9>"$locks/${IMAGE_TAG//[^a-z0-9]/-}"
if command -v flock >/dev/null; then flock 9; fi
if present; then
  say "is there"
  exit 0
fi

if [ "$CONTEXT" = images/base ]; then
  "$here/base/bootstrap.sh"
  exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/Dockerfile"
npm config get registry >"$work/registry" 2>/dev/null || true
secrets=(--secret "id=registry,src=$work/registry")
ca=$(trust)
[ -z "$ca" ] || secrets+=(--secret "id=hostca,src=$ca")
arguments=()
while read -r argument; do [ -z "$argument" ] || arguments+=(--build-arg "$argument"); done <<<"${BUILD_ARGS:-}"
builder=$(builder)
read -ra build <<<"$builder"
say "is being built (${builder})"
if ! "${build[@]}" --file "$work/Dockerfile" --tag "$IMAGE_TAG" --label "agent-sandbox.image=${CONTEXT#images/}" \
  "${secrets[@]}" "${arguments[@]}" "$here/${CONTEXT#images/}" >"$work/log" 2>&1; then
  tail -n 40 "$work/log" >&2
  say "could not be built; everything is as it was"
  exit 1
fi
say "is built"
