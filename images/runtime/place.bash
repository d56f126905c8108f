# shellcheck shell=bash
# How `prepare` puts files where an agent may have put something else. It never writes into a file that is there: it could be a FIFO, and the write
# would wait for a reader for ever.

# Puts stdin at $1 with mode $2, whole or not at all: two `enter`s may do it at once.
place() {
  local new
  new=$(mktemp "$1.XXXXXX") || return
  { cat >"$new" && chmod "$2" "$new" && make_way "$1" && mv -fT "$new" "$1"; } || { rm -f "$new"; return 1; }
}

# Puts a link to $1 at $2.
link_to() {
  if [ "$(readlink "$2")" = "$1" ]; then return; fi
  make_way "$2" && ln -sfnT "$1" "$2"
}

# Lays aside a directory that is in the way of a file: neither a move nor a link goes over it.
make_way() {
  if [ -d "$1" ] && ! [ -L "$1" ]; then aside "$1"; fi
}

# Renames what lies at $1 to $1.before, so that nothing is deleted.
aside() {
  if [ -e "$1" ] || [ -L "$1" ]; then mv --backup=numbered -T "$1" "$1.before"; fi
}

# True when something is mounted at $1.
mounted() {
  local at
  while read -r _ _ _ _ at _; do
    if [ "$at" = "$1" ]; then return; fi
  done </proc/self/mountinfo
  return 1
}
