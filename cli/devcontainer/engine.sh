#!/usr/bin/env bash
# The engine as devcontainer tools see it for one client: it has that client's agent container and no other, and every `exec` goes into it as `dev`. A file that
# cli/devcontainer/files.ts writes calls this; the tools get it as their `--docker-path`.
#
# The engine's own client would give these tools more than a way in. `devcontainer up` of @devcontainers/cli 0.89.0 opens a shell as root in a container that it
# finds, starts one that is stopped, and makes one where it finds none (2026-11-29). A stopped agent may be one behind whose wall an `up` has found a hole.
#
# engine.sh CLIENT ENGINE HOST WORDS...
set -euo pipefail

client=$1 engine=$2 DOCKER_HOST=$3 CONTAINER_HOST=$3
export DOCKER_HOST CONTAINER_HOST
shift 3

refuse() {
  printf 'agentbox: %s\n' "$1" >&2
  exit 3
}

# The container's id, when it is this client's and runs.
one() {
  local of='{{.State.Status}} {{index .Config.Labels "agent-sandbox.client"}} {{index .Config.Labels "agent-sandbox.role"}} {{.Id}}' found
  # shellcheck disable=SC2086 # `podman --remote` is a program and its first word
  found=$($engine inspect --type container --format "$of" "$client-agent" 2>/dev/null) || return 1
  case $found in "running $client agent "*) printf '%s\n' "${found##* }" ;; *) return 1 ;; esac
}

# is_it WORD: is the word this container's id, the beginning of it, or its name?
is_it() {
  [ "$1" = "$client-agent" ] && return
  [[ $1 =~ ^[0-9a-f]{12,64}$ ]] && case $id in "$1"*) return ;; esac
  return 1
}

case ${1:-} in
  -v | --version | version)
    [ $# -eq 1 ] || [ "$1" = version ] || refuse "$1 stands alone"
    # shellcheck disable=SC2086
    exec $engine "$@"
    ;;
  ps | inspect | exec) ;;
  *) refuse "an editor gets no \"${1:-}\" of the engine: it comes into $client's sandbox, and changes nothing around it" ;;
esac

id=$(one) || refuse "$client does not run; \`pulumi up --stack $client\` brings it up"
word=$1
shift
case $word in
  # Whatever labels it is asked for: there is one container here.
  ps)
    printf '%s\n' "$id"
    exit
    ;;
  inspect)
    { [ $# -eq 3 ] && [ "$1 $2" = "--type container" ] && is_it "$3"; } || refuse "an editor may inspect $client's sandbox, and nothing else"
    # shellcheck disable=SC2086
    exec $engine inspect --type container "$id"
    ;;
esac

words=(--user dev)
while [ $# -gt 0 ]; do
  case $1 in
    -i | -t | -it) words+=("$1") ;;
    # Of whoever is asked for, it is the one who is there.
    -u) shift ;;
    -w) words+=(-w "${2:-}") && shift ;;
    -e)
      # A name alone would be taken from the person's own environment.
      [[ ${2:-} == *=* ]] || refuse "a variable without its value would be the one of this shell, and none of it goes into a sandbox"
      words+=(-e "$2") && shift
      ;;
    *) break ;;
  esac
  [ $# -gt 0 ] || break
  shift
done
{ [ $# -gt 1 ] && is_it "$1"; } || refuse "an editor may run commands in $client's sandbox, with -i, -t, -u, -w and -e, and nothing else"
shift
# shellcheck disable=SC2086
exec $engine exec "${words[@]}" "$id" "$@"
