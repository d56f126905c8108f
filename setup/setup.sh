#!/usr/bin/env bash
# Finds or makes what this project needs, and says a line about each piece that it had to do something for. Safe to run
# again and again. Usage: setup.sh [PIECE...], by default all of them.
set -euo pipefail
here=${BASH_SOURCE[0]%/*}

[ $# -gt 0 ] || set -- node packages trust pulumi plugins git examples engine
for piece in "$@"; do "$here/$piece.sh"; done
printf '%-9s %s\n' setup "in place: $*"
