#!/usr/bin/env bash
# Delivers secrets into a volume. On stdin a line a file: PATH FINGERPRINT env|file|text SOURCE. The values go from their source
# through a pipe to a container without a network: never into an argument, a variable of ours, a log or a file of the host.
# A name that is assigned here belongs into capabilities/credentials/source.ts, TAKEN: a person's variable of that name would be overwritten.
set -euo pipefail
: "${ENGINE:?}" "${CLIENT:?}" "${VOLUME:?}" "${OWNER:?}" "${IMAGE:?}"
read -ra engine <<<"$ENGINE"

value() {
  local kind=$1 source=$2
  case $kind in
    env)
      [ -n "${!source:-}" ] || { echo "the variable $source is not set where pulumi runs" >&2; return 1; }
      printf %s "${!source}"
      ;;
    file)
      # shellcheck disable=SC2088 # the tilde is the stack file's text, not the shell's
      case $source in "~/"*) source=$HOME/${source#"~/"} ;; esac
      cat -- "$source"
      ;;
    text) printf %s "$source" ;;
  esac
}

# PATH BASE64, a line each; a source that fails ends the stream without its last line, and the receiver changes nothing.
send() {
  local path kind source
  while read -r path _ kind source; do
    printf '%s ' "$path"
    value "$kind" "$source" | base64 | tr -d '\n'
    echo
  done
  # No file has such a name.
  echo "/end"
}

receive=$(<"${BASH_SOURCE[0]%/*}/receive-secrets.sh")
# With the client's label, as it holds the volume: should this script be killed, a destroy finds it.
send | "${engine[@]}" run --rm -i --label "agent-sandbox.client=$CLIENT" --network none --read-only --cap-drop ALL --cap-add CHOWN --cap-add DAC_OVERRIDE --cap-add FOWNER \
  --security-opt no-new-privileges --tmpfs /tmp:rw,noexec,nosuid,nodev,size=16m --volume "$VOLUME:/secrets" \
  --entrypoint /bin/bash --user 0:0 --env "OWNER=$OWNER" "$IMAGE" -c "$receive"
