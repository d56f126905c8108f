# shellcheck shell=bash
# What every set-up script shares: how it says what it does, where things are kept, and how it waits for long work.

# Where this package is, which project it is for, and what of that belongs to this folder alone and can be made again.
# A CDPATH would make `cd setup/..` go somewhere else, and say so.
unset CDPATH
package=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
# shellcheck source=setup/root.sh
. "$package/setup/root.sh"
# shellcheck disable=SC2034 # for those that source this
PACKAGE=$package ROOT=$root PROGRAM=$program
# shellcheck disable=SC2034
LOCAL=$ROOT/.cache
# Shared by all checkouts of this user, keyed by what is in it, so that a second checkout builds nothing.
# A value that is empty or relative is none, as in host/folders.ts.
case ${XDG_CACHE_HOME:-} in /*) CACHE=$XDG_CACHE_HOME ;; *) CACHE=$HOME/.cache ;; esac
# shellcheck disable=SC2034
CACHE=$CACHE/agent-sandbox

# say PIECE SENTENCE: one line about one piece.
say() { printf '%-9s %s\n' "$1" "$2"; }

# refuse PIECE SENTENCE: the line that ends the set-up; it says what to do.
refuse() {
  say "$1" "$2" >&2
  exit 1
}

# at_least VERSION WANTED: is 22.18.1 at least 22.18? Both may carry a leading v; what follows a - or + is ignored.
at_least() {
  local have=${1#v} want=${2#v} h w
  have=${have%%[-+]*} want=${want%%[-+]*}
  while [ -n "$want" ]; do
    h=${have%%.*} w=${want%%.*}
    case ${h:-0} in *[!0-9]*) return 1 ;; esac
    [ "${h:-0}" -eq "$w" ] || { [ "${h:-0}" -gt "$w" ] && return 0 || return 1; }
    case $have in *.*) have=${have#*.} ;; *) have= ;; esac
    case $want in *.*) want=${want#*.} ;; *) want= ;; esac
  done
}

# waiting PIECE LABEL COMMAND...: runs COMMAND, its output in a log, and every 15 s says that it goes on and the last
# thing it said. When it fails, the log's beginning and end are shown.
waiting() {
  local piece=$1 label=$2 log begun=$SECONDS beat status=0
  shift 2
  log=$(mktemp)
  (
    # Cut off from our output, whose reader would wait for the last sleep.
    while sleep 15 >/dev/null 2>&1; do
      say "$piece" "… $label: $((SECONDS - begun)) s, $(wc -l <"$log" | tr -d ' ') lines, now $(tail -n 1 "$log" | cut -c 1-70)"
    done
  ) &
  beat=$!
  "$@" >"$log" 2>&1 </dev/null || status=$?
  kill "$beat" 2>/dev/null || true
  wait "$beat" 2>/dev/null || true
  # The cause is at the beginning or at the end, depending on the tool.
  if [ "$status" -ne 0 ]; then
    say "$piece" "$label failed (status $status) after $((SECONDS - begun)) s; what it said:" >&2
    if [ "$(wc -l <"$log")" -gt 24 ]; then
      { head -n 12 "$log"; echo "…"; tail -n 12 "$log"; } | sed 's/^/          /' >&2
    else
      sed 's/^/          /' "$log" >&2
    fi
  fi
  rm -f "$log"
  return "$status"
}

# settle NEW PLACE: puts a folder that is complete in its place, so that what has its final name is whole.
settle() {
  rm -rf "$2"
  mv "$1" "$2"
}

# from_pip PIECE REQUIREMENTS PLACE: installs what the requirements name, wheels of the hashes they hold and nothing else.
from_pip() {
  local work
  [ ! -d "$3" ] || return 0
  python3 -m pip --version >/dev/null 2>&1 || return 1
  mkdir -p "${3%/*}"
  work=$(mktemp -d "${3%/*}/.new.XXXXXX")
  waiting "$1" "pip install" python3 -m pip install --quiet --target "$work" --no-deps --no-compile \
    --only-binary :all: --require-hashes --requirement "$2" && settle "$work" "$3" && return 0
  rm -rf "$work"
  return 1
}

# Words for an apt-get that installs: it waits for another one, as a young Ubuntu runs one by itself for its first minutes, instead of failing at once.
APT_WAITS=(-o DPkg::Lock::Timeout=600)

# apt_update ROOT...: reads the distribution's lists anew, as root by these words. apt has no patience of its own for the lists' lock.
apt_update() {
  local said patience=300
  until said=$("$@" env LC_ALL=C apt-get update -qq 2>&1); do
    case $said in *"Could not get lock"*) patience=$((patience - 1)) ;; *) patience=0 ;; esac
    if [ "$patience" -le 0 ]; then printf '%s\n' "$said" >&2 && return 1; fi
    sleep 2
  done
}

# from_distribution PIECE WHAT TOOL:PACKAGE...: has these tools, of the distribution's packages where they are not on PATH.
# PIECE and WHAT name who needs them.
from_distribution() {
  local piece=$1 what=$2 tool missing=() as_root=()
  shift 2
  for tool; do
    command -v "${tool%:*}" >/dev/null || missing+=("${tool#*:}")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  command -v apt-get >/dev/null || refuse "$piece" "$what need ${missing[*]} (as Debian's packages are called), which are not here. Install them"
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  say "$piece" "installing ${missing[*]} from the distribution, for $what"
  apt_update ${as_root[@]+"${as_root[@]}"}
  ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get "${APT_WAITS[@]}" install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# digest: the SHA-256 of standard input.
digest() {
  if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -c 1-64
}
