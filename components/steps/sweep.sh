#!/usr/bin/env bash
# Before a destroy takes networks and volumes away: the client's containers that no state knows, for the pulumi that was making
# them was killed. They would hold both, and the provider waits half a minute for them and fails.
set -euo pipefail
: "${ENGINE:?}" "${CLIENT:?}"
read -ra engine <<<"$ENGINE"

# Again, for one that ends by itself at that moment can be neither removed nor ignored.
for _ in {1..50}; do
  ids=$("${engine[@]}" ps --all --quiet --filter "label=agent-sandbox.client=$CLIENT")
  read -rd '' -a containers <<<"$ids" || true
  [ "${#containers[@]}" -gt 0 ] || exit 0
  said=$("${engine[@]}" rm --force "${containers[@]}" 2>&1) || sleep 0.2
done
printf 'containers of %s could not be removed:\n%s\n' "$CLIENT" "$said" >&2
exit 1
