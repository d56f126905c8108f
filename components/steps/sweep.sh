#!/usr/bin/env bash
# Before a destroy takes networks and volumes away: the client's containers that no state knows, for the pulumi that was making
# them was killed. They would hold both, and the provider waits half a minute for them and fails.
set -euo pipefail
: "${ENGINE:?}" "${CLIENT:?}"
read -ra engine <<<"$ENGINE"
"${engine[@]}" ps --all --quiet --filter "label=agent-sandbox.client=$CLIENT" | while read -r id; do
  "${engine[@]}" rm --force "$id" >/dev/null
done
