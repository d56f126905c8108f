#!/usr/bin/env bash
# A container engine that answers, and a client of it that can build images. The one that DOCKER_HOST, the docker
# context or a well-known socket names (in this order, which is target/engine/address.ts's too); else, on Debian and Ubuntu and
# as root or with sudo, the distribution's docker.io, installed and started with or without systemd.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"

SOCKET=/var/run/docker.sock
root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
# A client waits for ever for an engine that takes a connection and says nothing. (macOS has no timeout.)
limit=()
if command -v timeout >/dev/null; then limit=(timeout 20); fi
may_be_root() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }; }
is_debian() { command -v apt-get >/dev/null && grep -qsE '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release; }

# Does an engine answer at this socket? curl takes 10 ms for it, a docker client 50 and more.
answers() {
  if command -v curl >/dev/null; then
    curl --silent --fail --output /dev/null --max-time 5 --unix-socket "$1" http://engine/_ping
  else
    DOCKER_HOST=unix://$1 ${limit[@]+"${limit[@]}"} docker version >/dev/null 2>&1
  fi
}

# The last line of what a client said; one that was ended said nothing.
said() { if [ -n "$1" ]; then printf '%s' "${1##*$'\n'}"; else printf 'no answer in 20 s'; fi; }

# The context in use when it is not the default one.
context() {
  local config=${DOCKER_CONFIG:-$HOME/.docker}/config.json name=${DOCKER_CONTEXT:-}
  if [ -z "$name" ] && [ -f "$config" ]; then
    name=$(sed -n 's/.*"currentContext"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p' "$config")
  fi
  [ "$name" = default ] || printf '%s' "$name"
}

# The first well-known socket that is there.
socket() {
  local candidate
  for candidate in "$SOCKET" ${XDG_RUNTIME_DIR:+"$XDG_RUNTIME_DIR/podman/podman.sock"} /run/podman/podman.sock; do
    if [ -S "$candidate" ]; then
      printf '%s' "$candidate"
      return
    fi
  done
}

# A client that builds: docker with the buildx plugin, or before 23 by itself; podman by itself. Prints its path.
builder() {
  local client version
  case ${1:-} in */podman/podman.sock)
    type -P podman
    return
    ;;
  esac
  while read -r client; do
    if ${limit[@]+"${limit[@]}"} "$client" buildx version >/dev/null 2>&1; then
      printf '%s' "$client"
      return
    fi
    version=$(${limit[@]+"${limit[@]}"} "$client" version --format '{{.Client.Version}}' 2>/dev/null || true)
    if [ -n "$version" ] && ! at_least "$version" 23; then
      printf '%s' "$client"
      return
    fi
  done < <(type -ap docker)
  return 1
}

# install PACKAGE...: those of the distribution, of the named ones that it has.
install_packages() {
  local package wanted=()
  is_debian || return 1
  may_be_root || return 1
  waiting engine "apt-get update" apt_update root || return 1
  for package in "$@"; do
    # Read to its end: with grep -q, apt-cache would die of the closed pipe.
    if LC_ALL=C apt-cache policy "$package" | grep 'Candidate: [^(]' >/dev/null; then wanted+=("$package"); fi
  done
  [ ${#wanted[@]} -gt 0 ] || return 1
  say engine "installing the distribution's ${wanted[*]}"
  waiting engine "apt-get install" root env DEBIAN_FRONTEND=noninteractive apt-get "${APT_WAITS[@]}" install -y --no-install-recommends "${wanted[@]}"
}

wait_for_engine() {
  local patience=$1
  while [ "$patience" -gt 0 ]; do
    if [ -S "$SOCKET" ] && root test -S "$SOCKET" && answers_as_root; then return 0; fi
    sleep 0.5
    patience=$((patience - 1))
  done
  return 1
}
# Asked as root: whether this user may ask is another question.
answers_as_root() { DOCKER_HOST=unix://$SOCKET root ${limit[@]+"${limit[@]}"} docker version >/dev/null 2>&1; }

start_docker() {
  if [ -d /run/systemd/system ]; then
    say engine "starting docker with systemd"
    root systemctl enable --now docker >/dev/null 2>&1 || true
    wait_for_engine 60 && return 0
    refuse engine "docker did not start: see systemctl status docker"
  fi
  if [ -x /etc/init.d/docker ]; then
    say engine "starting docker with its init script (there is no systemd)"
    # It fails, for one, where it may not raise the limit of open files.
    if root service docker start >/dev/null 2>&1 </dev/null && wait_for_engine 30; then return 0; fi
  fi
  say engine "starting dockerd by itself (there is no systemd); its log is /var/log/dockerd.log"
  # Detached from this terminal and from make's pipes, which would wait for its end.
  root sh -c 'setsid dockerd >>/var/log/dockerd.log 2>&1 </dev/null &' 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
  wait_for_engine 60 || refuse engine "dockerd did not start: see /var/log/dockerd.log"
}

hint="Start Docker or Podman (Podman: systemctl --user enable --now podman.socket), or point DOCKER_HOST to an engine."

# 1. What the person chose.
chosen=${DOCKER_HOST:-}
[ -n "$chosen" ] || chosen=$(context)
where=
if [ -n "$chosen" ]; then
  where=${chosen#unix://}
  if [ -S "$where" ]; then
    answers "$where" || refuse engine "the engine you chose ($chosen) does not answer. Start it, or choose another."
  elif command -v docker >/dev/null; then
    trouble=$(${limit[@]+"${limit[@]}"} docker version --format '{{.Server.Version}}' 2>&1) ||
      refuse engine "the engine you chose ($chosen) does not answer: $(said "$trouble")"
  else
    refuse engine "DOCKER_HOST is $chosen, and there is no docker client to ask it with. Install one."
  fi
else
  # 2. A socket that answers.
  where=$(socket)
  if [ -n "$where" ] && ! answers "$where"; then
    if ! [ -w "$where" ]; then
      refuse engine "no permission on $where. Join the group that owns it (sudo usermod -aG docker $(id -un), then log in again), or use rootless Podman."
    fi
    # Left behind by an engine that has ended.
    [ "$where" = "$SOCKET" ] || refuse engine "nothing answers at $where. $hint"
    where=
  fi
  # 3. The distribution's.
  if [ -z "$where" ]; then
    if ! command -v dockerd >/dev/null; then
      if command -v podman >/dev/null; then refuse engine "Podman is installed, but has no socket. Podman: systemctl --user enable --now podman.socket"; fi
      is_debian || refuse engine "none answers, and setup installs one on Debian and Ubuntu only. $hint"
      may_be_root || refuse engine "none answers, and installing one takes root or sudo. $hint"
      say engine "no DOCKER_HOST, no docker context, no socket of Docker or Podman: the distribution's Docker it is"
      install_packages docker.io docker-cli docker-buildx iptables ca-certificates || refuse engine "docker.io could not be installed. $hint"
    else
      may_be_root || refuse engine "Docker is installed, but does not run, and starting it takes root or sudo. $hint"
    fi
    start_docker
    where=$SOCKET
    answers "$where" || refuse engine "Docker runs, but you may not use it yet: sudo usermod -aG docker $(id -un), then log in again."
  fi
fi

# A client that can build, looked for once per engine: it takes 0.2 s.
stamp=$LOCAL/engine
if [ -f "$stamp" ]; then
  { read -r known && read -r client; } <"$stamp" || true
  if [ "${known:-}" = "$where" ] && [ -x "${client:-}" ]; then exit 0; fi
fi
if ! client=$(builder "$where"); then
  say engine "no docker client here can build images: the buildx plugin is missing"
  install_packages docker-buildx docker-cli docker-buildx-plugin || true
  client=$(builder "$where") ||
    refuse engine "install the buildx plugin of docker (Debian and Ubuntu: docker-buildx; with docker's own packages: docker-buildx-plugin)"
fi
mkdir -p "$LOCAL"
printf '%s\n%s\n' "$where" "$client" >"$stamp"
say engine "the one at $where; images are built with $client"
