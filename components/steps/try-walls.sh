#!/usr/bin/env bash
# Tries the walls of the agent's container, and prints what it found; probes are on stdin. Changes nothing. The canary runs in the agent's own
# network namespace, from a trusted image; what is mounted in the workspace is in the kernel's table of the agent's mounts.
# Status: 0 walls hold, 1 one has a hole, else the canary's own or the engine's when it could not run.
set -euo pipefail
: "${ENGINE:?}" "${AGENT:?}" "${IMAGE:?}"
read -ra engine <<<"$ENGINE"
probes=$(cat)
status=0

if mounts=$(grep '^shut mount ' <<<"$probes"); then
  table=$("${engine[@]}" exec "$AGENT" cat /proc/self/mountinfo)
  # A part of the workspace in its own place has the workspace's own device, and in it the same path.
  MOUNTS=$mounts awk '
    { device[$5] = $3; root[$5] = $4 }
    END {
      n = split(ENVIRON["MOUNTS"], probes, "\n")
      workspace = root["/workspace"] == "/" ? "" : root["/workspace"]
      for (i = 1; i <= n; i++) {
        at = substr(probes[i], 12)
        own = (at in root) && device[at] == device["/workspace"] && root[at] == workspace substr(at, 11)
        print (own ? "ok" : "LEAK"), probes[i]
        if (!own) leaks = 1
      }
      exit leaks
    }' <<<"$table" || status=1
fi
# What the probes cause is not the agent's doing: the audit is told before. A gateway that cannot be told is no reason not to look.
"${engine[@]}" exec -i "${AGENT%-agent}-gateway" announce <<<"$probes" || true
grep -v '^shut mount ' <<<"$probes" | "${engine[@]}" run --rm -i --network "container:$AGENT" --read-only --cap-drop ALL \
  --security-opt no-new-privileges --user 65534:65534 --tmpfs /tmp:rw,noexec,nosuid,nodev,size=16m --pids-limit 256 --memory 128m \
  --entrypoint canary "$IMAGE" || { canary=$?; [ "$canary" = 1 ] || exit "$canary"; status=1; }
exit "$status"
