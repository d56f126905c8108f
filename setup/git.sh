#!/usr/bin/env bash
# Keeps the example stacks clean in git. At the first `up` Pulumi writes `encryptionsalt:` into the stack's file, and a
# salt belongs to one passphrase, which is made on each machine. For the files that stacks/.gitattributes names, git is
# told to look past that line. Clients' files are not named there: theirs is committed.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"

if ! [ -e "$ROOT/.git" ] || ! command -v git >/dev/null; then exit 0; fi
cd "$ROOT"
clean="sed -e '/^encryptionsalt:/d'"
if [ "$(git config --local --get filter.no-salt.clean || true)" != "$clean" ]; then
  git config --local filter.no-salt.clean "$clean"
  say git "filter no-salt is in this checkout's git config: the example stacks stay clean when Pulumi adds its salt"
fi

# A file of another size is "modified" to git status before any filter is asked. Where only the salt differs, adding it
# stages nothing and makes git remember the new size.
while read -r example attributes; do
  case $attributes in *filter=no-salt*) ;; *) continue ;; esac
  if ! git diff-files --quiet -- "stacks/$example" && git diff --quiet -- "stacks/$example"; then
    git add -- "stacks/$example"
  fi
done <stacks/.gitattributes
