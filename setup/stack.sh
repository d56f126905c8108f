#!/usr/bin/env bash
# Makes the stack of a client whose file is there, when the backend has none yet. Usage: stack.sh CLIENT
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"

client=${1:-}
clients=$(cd "$ROOT/stacks" && for file in Pulumi.*.yaml; do file=${file#Pulumi.}; printf ' %s' "${file%.yaml}"; done)
[ -n "$client" ] || refuse stack "which client? Say STACK=…, one of:$clients"
[ -f "$ROOT/stacks/Pulumi.$client.yaml" ] ||
  refuse stack "there is no stacks/Pulumi.$client.yaml. Write it, or say one of:$clients"

cd "$ROOT"
# Asked for first: a `stack init` of one that is there would be an error. Local files are looked at without Pulumi's 0.3 s.
if [ -z "${PULUMI_BACKEND_URL:-}${PULUMI_HOME:-}" ] && ! [ -f "$ROOT/.state/credentials.json" ] &&
  [ -f "$ROOT/.state/.pulumi/stacks/agent-sandbox/$client.json" ]; then exit 0; fi
if bin/pulumi stack --stack "$client" --show-name >/dev/null 2>&1; then exit 0; fi
bin/pulumi stack init "$client" --no-select
