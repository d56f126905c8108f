#!/usr/bin/env bash
# Says which authorities this machine trusts beside the public ones, as one does whose TLS is re-signed: a sandbox trusts them where its stack file says so.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"
line=$("$LOCAL/bin/node" "$PACKAGE/setup/tell-trust.$PROGRAM")
if [ -n "$line" ]; then say trust "$line"; fi
