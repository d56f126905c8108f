#!/usr/bin/env bash
# For `make lint` alone: shellcheck as .cache/bin/shellcheck, the one on PATH, else the PyPI package that carries it.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"

link=$LOCAL/bin/shellcheck
if [ -x "$link" ]; then exit 0; fi
mkdir -p "$LOCAL/bin"
if found=$(type -P shellcheck); then
  ln -sfn "$found" "$link"
  exit 0
fi
requirements=$PACKAGE/setup/shellcheck.requirements.txt
there=$CACHE/shellcheck/$(digest <"$requirements" | cut -c 1-16)
from_pip shellcheck "$requirements" "$there" ||
  refuse shellcheck "there is none on PATH, and pip could not get it. Install it (Debian, Ubuntu, Homebrew: shellcheck)."
ln -sfn "$there/bin/shellcheck" "$link"
say shellcheck "from PyPI, because there is none on PATH"
