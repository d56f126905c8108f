#!/usr/bin/env bash
# Makes one image, unless its tag is there. On stdin the Dockerfile; in the environment ENGINE, IMAGE_TAG, CONTEXT (a folder of
# images/, or of the host with the SOURCES that are taken from it) and BUILD_ARGS (NAME=value, a line each); for the base SUITE,
# EPOCH, REGISTRY_IMAGE and ROOTFS; for an image that is pulled instead of built, REF. With OWNER, AGENTS and COMMANDS it gets its
# tag only when images/check finds nothing wrong. A failure leaves every tag as it was.
set -euo pipefail
: "${ENGINE:?}" "${IMAGE_TAG:?}" "${CONTEXT:?}"
read -ra engine <<<"$ENGINE"
here=${BASH_SOURCE[0]%/*}

present() { "${engine[@]}" image inspect "$IMAGE_TAG" >/dev/null 2>&1; }
say() { printf '%s  %s\n' "$IMAGE_TAG" "$*" >&2; }

# The engine's client that has BuildKit: with the buildx plugin, or before 23 by itself. Podman builds by itself.
builder() {
  local docker version
  if [ "${engine[0]##*/}" = podman ]; then
    printf '%s build\n' "$ENGINE"
    return
  fi
  while read -r docker; do
    if "$docker" buildx version >/dev/null 2>&1; then
      printf '%s buildx build --load --progress plain\n' "$docker"
      return
    fi
    version=$("$docker" version --format '{{.Client.Version}}' 2>/dev/null || true)
    if [[ ${version%%.*} =~ ^[0-9]+$ ]] && [ "${version%%.*}" -lt 23 ]; then
      printf 'env DOCKER_BUILDKIT=1 %s build --progress plain\n' "$docker"
      return
    fi
  done < <(type -ap "${engine[0]}")
  say "no docker client here can build: install the buildx plugin (Debian and Ubuntu: docker-buildx)"
  return 1
}

# All certificates this host trusts, for builds behind a proxy that re-signs TLS: a build secret, in no layer.
trust() {
  local file
  for file in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem \
    "${SSL_CERT_FILE:-}" "${NODE_EXTRA_CA_CERTS:-}" "$1"; do
    if [ -n "$file" ] && [ -s "$file" ]; then realpath "$file"; fi
  done | awk '!seen[$0]++' | while read -r file; do
    cat "$file"
    echo
  done
}

# The registry this host's npm uses, and what it signs in with, as an npmrc: `npm config get` hides that, so it is read where npm
# reads it. ${NAME} stands for a variable there.
registry() {
  local line name
  printf 'registry=%s\n' "${1:-${npm_config_registry:-}}"
  if ! [ -r "$2" ]; then return; fi
  grep -E '^//.*:(_authToken|_auth)=' "$2" | while read -r line; do
    while [[ $line =~ \$\{([A-Za-z_][A-Za-z0-9_]*)\} ]]; do
      name=${BASH_REMATCH[1]}
      line=${line//"\${$name}"/${!name:-}}
    done
    printf '%s\n' "$line"
  done || true
}

# What is being done, and not all that it prints: a line for each step of the Dockerfile.
steps() {
  awk '/^#[0-9]+ \[.*\] (FROM|RUN|COPY)/ || /^(\[[0-9\/]+\] )?STEP [0-9\/]+: (FROM|RUN|COPY)/ {
    gsub(/ --mount=[^ ]+/, "")
    line = substr($0, 1, 100)
    if (!said[line]++) { print "  " line; fflush() }
  }' >&2
}

# Gives image $1 its tag, when it is what a sandbox needs: asked of the image itself, without a network and without rights.
accept() {
  local image=$1 said entrypoint volumes wrong
  said=$("${engine[@]}" run --rm --network none --read-only --cap-drop ALL --cap-add DAC_READ_SEARCH \
    --security-opt no-new-privileges --user 0:0 --env OWNER --env AGENTS --env COMMANDS --entrypoint /bin/sh "$image" \
    -c "$(<"$here/check")" 2>&1) || true
  wrong=$(sed -n 's/^wrong  //p' <<<"$said")
  if [ "${said##*$'\n'}" != checked ]; then wrong+=${wrong:+$'\n'}"cannot run /bin/sh: ${said##*$'\n'}"; fi
  entrypoint=$("${engine[@]}" image inspect --format '{{json .Config.Entrypoint}} {{json .Config.Cmd}}' "$image")
  if [ "$entrypoint" != '["/usr/bin/tini","--","/usr/local/bin/entrypoint"] ["sleep","infinity"]' ]; then
    wrong+=${wrong:+$'\n'}"does not start by tini and /usr/local/bin/entrypoint, and then sleep, but by $entrypoint"
  fi
  # shellcheck disable=SC2016 # the template's own variables
  volumes=$("${engine[@]}" image inspect --format '{{range $path, $none := .Config.Volumes}}{{$path}} {{end}}' "$image")
  if [ -n "$volumes" ]; then wrong+=${wrong:+$'\n'}"declares volumes of its own: $volumes"; fi
  if [ -n "$wrong" ]; then
    printf '  %s\n' "${wrong//$'\n'/$'\n  '}" >&2
    say "cannot be the image of a sandbox (docs/images.md says what one needs); everything is as it was"
    return 1
  fi
  "${engine[@]}" tag "$image" "$IMAGE_TAG"
}

if present; then
  say "is there"
  exit 0
fi
# Several stacks may need the same image at once: one builds, the others wait and find it. Without flock (macOS) they build
# the same thing side by side.
locks=${XDG_CACHE_HOME:-$HOME/.cache}/agent-sandbox/locks
mkdir -p "$locks"
exec 9>"$locks/${IMAGE_TAG//[^a-z0-9]/-}"
if command -v flock >/dev/null; then
  flock --nonblock 9 || { say "waits for another build of it" && flock 9; }
  if present; then
    say "is there"
    exit 0
  fi
fi

if [ "$CONTEXT" = images/base ]; then
  "$here/base/bootstrap.sh"
  exit
fi
if [ -n "${REF:-}" ]; then
  if ! "${engine[@]}" image inspect "$REF" >/dev/null 2>&1; then
    say "pulls $REF"
    if ! reason=$("${engine[@]}" pull --quiet "$REF" 2>&1); then
      say "$REF cannot be pulled (${reason##*$'\n'}); everything is as it was"
      exit 1
    fi
  fi
  accept "$REF"
  say "is $REF"
  exit
fi

umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/Dockerfile"
# A copy: podman --remote puts the secrets beside the context's files while it builds. The same modes under every umask.
if [[ $CONTEXT = images/* ]]; then
  cp -R "$here/${CONTEXT#images/}" "$work/context"
else
  mkdir "$work/context"
  while read -r source; do
    if [ -z "$source" ]; then continue; fi
    mkdir -p "$(dirname "$work/context/$source")"
    cp -R "$CONTEXT/$source" "$work/context/$source"
  done <<<"$SOURCES"
fi
chmod -R u=rwX,go=rX "$work/context"
npm=$(npm config get registry cafile userconfig 2>/dev/null || true)
setting() { sed -n "s/^$1=//p" <<<"$npm" | grep -vx -e null -e undefined || true; }
registry "$(setting registry)" "$(setting userconfig)" >"$work/npmrc"
trust "$(setting cafile)" >"$work/ca.pem"
options=(--secret "id=npmrc,src=$work/npmrc")
if [ -s "$work/ca.pem" ]; then options+=(--secret "id=hostca,src=$work/ca.pem"); fi
# Without a value, the client takes it from the environment: a proxy's address may hold a password.
for name in HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy; do
  if [ -n "${!name:-}" ]; then options+=(--build-arg "$name"); fi
done
while read -r argument; do
  if [ -n "$argument" ]; then options+=(--build-arg "$argument"); fi
done <<<"${BUILD_ARGS:-}"

builder=$(builder)
read -ra build <<<"$builder"
say "is being built ($builder)"
started=$SECONDS
tag=$IMAGE_TAG${OWNER:+-unchecked}
if ! "${build[@]}" --file "$work/Dockerfile" --tag "$tag" "${options[@]}" "$work/context" 2>&1 | tee "$work/log" | steps; then
  # What the failed command said, without the builder's repetitions of the command.
  grep -vE '^(executor failed|Dockerfile:[0-9]+|#[0-9]+ (ERROR|sha256|CACHED|DONE|transferring|\[)| > \[|-+$|$)' "$work/log" | cut -c 1-300 | tail -n 30 >&2 || true
  say "could not be built; everything is as it was"
  exit 1
fi
if [ -n "${OWNER:-}" ]; then
  trap '"${engine[@]}" rmi "$tag" >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
  accept "$tag"
fi
say "is built, $((SECONDS - started)) s"
