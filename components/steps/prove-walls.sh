#!/usr/bin/env bash
# Runs the canary in the agent's own network namespace. When a wall has a hole, the agent is left stopped.
set -euo pipefail
: "${ENGINE:?}" "${AGENT:?}" "${IMAGE:?}"
read -ra engine <<<"$ENGINE"

# A canary that failed before left it stopped; its namespace exists only while it runs.
"${engine[@]}" start "$AGENT" >/dev/null
status=0
report=$(components/steps/try-walls.sh) || status=$?
printf '%s\n' "$report" >&2
if [ "$status" != 0 ]; then
  "${engine[@]}" stop --time 1 "$AGENT" >/dev/null
  case $status in
    1) echo "a wall of $AGENT has a hole (LEAK above)" ;;
    *) echo "the canary could not run (status $status), so the walls of $AGENT are not proven" ;;
  esac >&2
  echo "The agent is stopped. Mend the cause and run the same command again." >&2
  exit 1
fi
# What should answer and does not is no hole: said in the stack's output, for what goes well is not shown.
down=$(sed -n 's/^down open [a-z]* [^ ]* //p' <<<"$report" | paste -sd' ')
echo "proven${down:+; no answer from $down: it is down, or the way to it; the walls hold}"
