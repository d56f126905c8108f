#!/usr/bin/env bash
# For `make lint` alone: what reads Perl, Python and jq. Those on PATH, else the distribution's. (shellcheck has a script of its own.)
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"

missing=()
for tool in perlcritic:libperl-critic-perl pyflakes3:pyflakes3 pycodestyle:pycodestyle jq:jq; do
  command -v "${tool%:*}" >/dev/null || missing+=("${tool#*:}")
done
[ "${#missing[@]}" -gt 0 ] || exit 0
command -v apt-get >/dev/null || refuse linters "lint needs perlcritic, pyflakes3, pycodestyle and jq; of Debian's packages ${missing[*]} are not here. Install them"
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
say linters "installing ${missing[*]} from the distribution, for lint"
"${as_root[@]}" apt-get update -qq >/dev/null
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
