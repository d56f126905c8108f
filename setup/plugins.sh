#!/usr/bin/env bash
# Pulumi's plugins docker and command, of exactly the versions that the npm packages ask for: those that are there, else
# the official download, else built from the released Go modules. Leaves them as .cache/home/plugins.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"
. "${BASH_SOURCE[0]%/*}/versions.sh"
both="docker $DOCKER_VERSION and command $COMMAND_VERSION"

# install_into HOME: the official download, asked for only when it would be served. Says on stdout why not.
install_into() {
  local arch url
  arch=$(uname -m)
  case $arch in x86_64) arch=amd64 ;; aarch64) arch=arm64 ;; esac
  url=https://get.pulumi.com/releases/plugins/pulumi-resource-docker-v$DOCKER_VERSION-$(uname -s | tr '[:upper:]' '[:lower:]')-$arch.tar.gz
  NODE_USE_ENV_PROXY=1 "$LOCAL/bin/node" "$PACKAGE/setup/reachable.mjs" "$url" || return 1
  # shellcheck source=/dev/null
  . "$LOCAL/tools.sh"
  say plugins "$both: downloading" >&2
  # shellcheck disable=SC2016 # for the inner shell
  if PULUMI_HOME=$1 PULUMI_SKIP_UPDATE_CHECK=true waiting plugins "download" sh -c \
    '"$0" plugin install resource docker "$1" --exact && "$0" plugin install resource command "$2" --exact' \
    "$PULUMI_BIN/pulumi" "$DOCKER_VERSION" "$COMMAND_VERSION" >&2; then return 0; fi
  printf 'the download failed\n'
  return 1
}

# A home that the person chose holds their own plugins: the official ones may be added to it, ours may not.
if [ -n "${PULUMI_HOME:-}" ]; then
  if has_plugins "$PULUMI_HOME/plugins"; then exit 0; fi
  refusal=$(install_into "$PULUMI_HOME") ||
    refuse plugins "PULUMI_HOME=$PULUMI_HOME lacks $both, and the official download is not to be had ($refusal). Without PULUMI_HOME they are built, in a folder of this project."
  say plugins "$both, downloaded into your PULUMI_HOME"
  exit 0
fi

link=$LOCAL/home/plugins
official=$CACHE/official/plugins
built=$CACHE/built/plugins-$("$PACKAGE/toolchain/build.sh" key plugins)
way_of() {
  case $1 in "$CACHE/built/"*) echo build ;; "$official") echo download ;; *) echo path ;; esac
}
if [ -L "$link" ] && has_plugins "$link"; then
  now=$(readlink "$link")
  way=$(way_of "$now")
  if allowed "$way" && { [ "$way" != build ] || [ "$now" = "$built" ]; }; then exit 0; fi
fi

use() {
  mkdir -p "$LOCAL/home"
  # A real folder is what an older checkout or a `pulumi plugin install` left.
  if [ -d "$link" ] && ! [ -L "$link" ]; then rm -rf "$link"; fi
  ln -sfn "$1" "$link"
}

if allowed path && has_plugins "$HOME/.pulumi/plugins"; then
  use "$HOME/.pulumi/plugins"
  say plugins "$both, those in $HOME/.pulumi"
  exit 0
fi
reason="$HOME/.pulumi has them not"
if allowed download; then
  if has_plugins "$official" || refusal=$(install_into "$CACHE/official"); then
    use "$official"
    say plugins "$both, the official download"
    exit 0
  fi
  reason="the official download is not to be had ($refusal)"
fi
allowed build || refuse plugins "$both could not be had as PULUMI_FROM=${PULUMI_FROM:-} asks: $reason"
how="built from Go modules earlier"
if ! has_plugins "$built"; then
  how="built from Go modules"
  go=$("$PACKAGE/setup/go.sh")
  say plugins "$reason: building $both from Go modules with $go (about 4 minutes the first time, 105 MB)"
  mkdir -p "$CACHE/built"
  work=$(mktemp -d "$CACHE/built/.new.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  waiting plugins "building" "$PACKAGE/toolchain/build.sh" plugins "$go" "$work" "$DOCKER_VERSION" "$COMMAND_VERSION" "$PULUMI_VERSION_PINNED" ||
    refuse plugins "the build failed"
  settle "$work" "$built"
fi
use "$built"
say plugins "$both, $how, because $reason"
