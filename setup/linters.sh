#!/usr/bin/env bash
# For `make lint` alone: what reads Perl, Python and jq. Those on PATH, else the distribution's. (shellcheck has a script of its own.)
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"

from_distribution linters "the linters" perlcritic:libperl-critic-perl pyflakes3:pyflakes3 pycodestyle:pycodestyle jq:jq
