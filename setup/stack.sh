#!/usr/bin/env bash
# Is there such a client? Pulumi's own answer to a slip of the pen is about stacks. bin/pulumi makes the stack. Usage: stack.sh CLIENT
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"
# shellcheck source=setup/clients.sh
. "$PACKAGE/setup/clients.sh"

client=${1:-}
clients=$(clients_of "$ROOT")
[ -n "$client" ] || refuse stack "which client? Say STACK=…, one of: $clients"
[[ $client =~ ^[a-z][a-z0-9-]*$ ]] ||
  refuse stack "$(printf '%q' "$client") is no client's name: small letters, digits and -, a letter first. Say one of: $clients"
[ -f "$ROOT/stacks/Pulumi.$client.yaml" ] ||
  refuse stack "there is no stacks/Pulumi.$client.yaml. Write it, or say one of: $clients"
