#!/usr/bin/env bash
# Keeps stack files the same for everybody in git. At the first `up` Pulumi writes `encryptionsalt:` into a stack's file, and a
# salt belongs to one passphrase, which is made on each machine: committed, it would stop the next clone. Git is told to look past that
# line (stacks/.gitattributes), unless the file has values under `secure:`, which nobody can read without their salt.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"

# A project may be a folder of a repository; a checkout of this one that lies in another is none of that's business.
if ! command -v git >/dev/null || ! { [ "$PROGRAM" = js ] && git -C "$ROOT" rev-parse --git-dir >/dev/null 2>&1 || [ -e "$ROOT/.git" ]; }; then exit 0; fi
cd "$ROOT"
# The file as a whole: the salt may come before or after what is encrypted.
clean="sed -e ':whole' -e '\$!{N;b whole' -e '}' -e '/secure:/!s/^encryptionsalt:[^\\n]*\\n//' -e '/secure:/!s/\\nencryptionsalt:[^\\n]*//'"
if [ "$(git config --local --get filter.no-salt.clean || true)" != "$clean" ]; then
  git config --local filter.no-salt.clean "$clean"
  say git "filter no-salt is in this checkout's git config: stack files stay clean when Pulumi adds its salt"
fi

# A file of another size is "modified" to git status before any filter is asked. Where only the salt differs, adding it
# stages nothing and makes git remember the new size.
while read -r -d '' file; do
  if ! git diff-files --quiet -- "$file" && git diff --quiet -- "$file"; then git add -- "$file"; fi
done < <(git ls-files -z -- 'stacks/Pulumi.*.yaml')
