#!/usr/bin/env bash
# The agent runs as the owner of its workspace, and never as root. Where root cloned this project, the examples'
# workspaces are given to uid 1000.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"

[ "$(id -u)" = 0 ] || exit 0
for workspace in "$ROOT"/examples/*/; do
  # Owned by root?
  if [ -O "$workspace" ]; then
    chown -R 1000:1000 "$workspace"
    say examples "${workspace#"$ROOT"/} is given to uid 1000: no agent runs as root"
  fi
done
