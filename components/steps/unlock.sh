#!/usr/bin/env bash
# Takes the client's rules out of the host's packet filter, when the last of its containers is gone: until then they hold, whoever
# stops the lock. Any gateway image has the program, so it needs none that the state knows.
set -euo pipefail
: "${ENGINE:?}" "${CLIENT:?}"
read -ra engine <<<"$ENGINE"

images=$("${engine[@]}" images --quiet agent-sandbox/gateway)
for image in $images; do
  "${engine[@]}" run --rm --network host --read-only --cap-drop ALL --cap-add NET_ADMIN --security-opt no-new-privileges --user 0:0 \
    --pids-limit 32 --memory 64m --env "CLIENT=$CLIENT" --entrypoint lock "$image" remove && exit
done
echo "there is no gateway image to remove the rules of $CLIENT with; on the engine's host, as root: for family in inet netdev; do nft delete table \$family agent-sandbox-$CLIENT; done" >&2
exit 1
