#!/usr/bin/env bash
# Gives a client's volumes to the owner of its workspace: what is in them belongs to the one of before, when that changed. On stdin the
# volumes, a line each.
set -euo pipefail
: "${ENGINE:?}" "${CLIENT:?}" "${OWNER:?}" "${IMAGE:?}"
read -ra engine <<<"$ENGINE"

# An agent that still runs as the owner of before would go on making files of that one's. It can write the workspace no more, and is about
# to be replaced.
runs_as=$("${engine[@]}" inspect --type container --format '{{.Config.User}}' "$CLIENT-agent" 2>/dev/null) || runs_as=$OWNER
if [ "$runs_as" != "$OWNER" ]; then "${engine[@]}" stop --time 5 "$CLIENT-agent" >/dev/null; fi

mounts=()
while read -r volume; do
  # nocopy: what the agent's image has for an empty volume is put there when the agent's container is made.
  mounts+=(--volume "$volume:/volumes/$volume:nocopy")
done
# -h and no link followed: a link's own owner is changed. Whatever one leads to, nothing but these volumes can be written in there. With the
# client's label, as it holds the volumes: should this script be killed, a destroy finds it.
# shellcheck disable=SC2016 # the container's own variables
"${engine[@]}" run --rm --label "agent-sandbox.client=$CLIENT" --network none --read-only --cap-drop ALL --cap-add CHOWN --cap-add DAC_READ_SEARCH \
  --security-opt no-new-privileges "${mounts[@]}" --entrypoint /bin/bash --user 0:0 --env "OWNER=$OWNER" "$IMAGE" -euo pipefail -c '
    find /volumes/* -xdev -ignore_readdir_race ! \( -uid "${OWNER%:*}" -gid "${OWNER#*:}" \) -exec chown -h -- "$OWNER" {} + 2>&1 |
      grep -v "No such file or directory" >&2 || true
    left=$(find /volumes/* -xdev -ignore_readdir_race ! \( -uid "${OWNER%:*}" -gid "${OWNER#*:}" \) -print -quit)
    [ -z "$left" ] || { echo "$(printf %q "$left") cannot be given to $OWNER" >&2; exit 1; }
  '
