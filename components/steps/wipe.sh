#!/usr/bin/env bash
# The last step of a destroy: nothing that carries the client's label may be left on the engine. What the stack did not make
# itself (a container somebody started by hand, say) is removed; then the engine is asked once more.
set -euo pipefail
: "${ENGINE:?}" "${CLIENT:?}"
read -ra engine <<<"$ENGINE"
label="label=agent-sandbox.client=$CLIENT"

left() {
  "${engine[@]}" ps --all --quiet --filter "$label" | sed 's/^/container /'
  "${engine[@]}" network ls --quiet --filter "$label" | sed 's/^/network /'
  { "${engine[@]}" volume ls --quiet --filter "$label" && "${engine[@]}" volume ls --quiet | grep -Fx -f <(tr ' ' '\n' <<<"${VOLUMES:-}") || :; } |
    sort -u | sed 's/^/volume /'
}

left | while read -r kind id; do
  case $kind in
    container) "${engine[@]}" rm --force "$id" ;;
    *) "${engine[@]}" "$kind" rm "$id" ;;
  esac >/dev/null || true
done
remaining=$(left)
[ -z "$remaining" ] || { printf 'still on the engine, with the label of %s:\n%s\n' "$CLIENT" "$remaining" >&2; exit 1; }
echo "$CLIENT: 0 containers, 0 networks, 0 volumes left" >&2
