#!/usr/bin/env bash
# Runs the canary in the agent's own network namespace, from a trusted image, and prints what it found; probes are on stdin. Changes nothing.
# Status: the canary's own (0 walls hold, 1 one has a hole), or the engine's when it could not run.
set -euo pipefail
: "${ENGINE:?}" "${AGENT:?}" "${IMAGE:?}"
read -ra engine <<<"$ENGINE"
exec "${engine[@]}" run --rm -i --network "container:$AGENT" --read-only --cap-drop ALL --security-opt no-new-privileges \
  --user 65534:65534 --tmpfs /tmp:rw,noexec,nosuid,nodev,size=16m --pids-limit 256 --memory 128m \
  --entrypoint canary "$IMAGE"
