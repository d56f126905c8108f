#!/usr/bin/env bash
# Runs the canary in the agent's own network namespace. When a wall has a hole, the agent is left stopped.
set -euo pipefail
: "${ENGINE:?}" "${AGENT:?}" "${IMAGE:?}"
read -ra engine <<<"$ENGINE"

# A canary that failed before left it stopped; its namespace exists only while it runs.
"${engine[@]}" start "$AGENT" >/dev/null
status=0
"${engine[@]}" run --rm -i --network "container:$AGENT" --read-only --cap-drop ALL --security-opt no-new-privileges \
  --user 65534:65534 --tmpfs /tmp:rw,noexec,nosuid,nodev,size=16m --pids-limit 256 --memory 128m \
  --entrypoint canary "$IMAGE" >&2 || status=$?
if [ "$status" != 0 ]; then
  "${engine[@]}" stop --time 1 "$AGENT" >/dev/null
  case $status in
    1) echo "a wall of $AGENT has a hole (LEAK above)" ;;
    *) echo "the canary could not run (status $status), so the walls of $AGENT are not proven" ;;
  esac >&2
  echo "The agent is stopped. Mend the cause and run the same command again." >&2
  exit 1
fi
echo proven
