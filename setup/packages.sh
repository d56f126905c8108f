#!/usr/bin/env bash
# The npm packages of the lock, as node_modules. Again only when the lock has changed. No package's scripts are run.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"

# An installed package came with those that it needs.
[ "$PROGRAM" = ts ] || exit 0
stamp=$ROOT/node_modules/.agent-sandbox-lock
lock=$(digest <"$ROOT/package-lock.json")
if [ -f "$stamp" ] && [ "$(<"$stamp")" = "$lock" ]; then exit 0; fi

PATH=$LOCAL/bin:$PATH
command -v npm >/dev/null || refuse packages "there is no npm on PATH; it comes with Node"
if [ -d "$ROOT/node_modules" ]; then why="package-lock.json has changed"; else why="node_modules is not there"; fi
say packages "$why: npm ci"
waiting packages "npm ci" npm ci --prefix "$ROOT" --ignore-scripts --no-audit --no-fund ||
  refuse packages "npm ci failed; node_modules is not complete. Is the npm registry reachable (npm ping)?"
printf '%s\n' "$lock" >"$stamp"
say packages "as package-lock.json has them"
