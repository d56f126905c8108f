#!/usr/bin/env bash
# The Pulumi CLI of the version that package.json pins, with its Node language host beside it: the one on PATH, else the
# official download, else built from the released Go modules. Leaves its folder in .cache/tools.sh, for bin/pulumi.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/say.sh"
. "${BASH_SOURCE[0]%/*}/versions.sh"
version=$PULUMI_VERSION_PINNED

complete() { [ -x "$1/pulumi" ] && [ -x "$1/pulumi-language-nodejs" ]; }
built=$CACHE/built/cli-$("$PACKAGE/toolchain/build.sh" key cli)/bin

use() { # FOLDER WAY
  mkdir -p "$LOCAL"
  printf '# Written by setup/pulumi.sh.\nPULUMI_BIN=%q\nPULUMI_WAY=%q\nPULUMI_MADE_FOR=%q\n' "$1" "$2" "$version" >"$LOCAL/tools.sh.$$"
  mv "$LOCAL/tools.sh.$$" "$LOCAL/tools.sh"
}

# In place: for this version, and when built, from these sources.
PULUMI_BIN='' PULUMI_WAY='' PULUMI_MADE_FOR=''
# shellcheck source=/dev/null
if [ -f "$LOCAL/tools.sh" ]; then . "$LOCAL/tools.sh"; fi
if [ "$PULUMI_MADE_FOR" = "$version" ] && allowed "$PULUMI_WAY" && complete "$PULUMI_BIN" &&
  { [ "$PULUMI_WAY" != build ] || [ "$PULUMI_BIN" = "$built" ]; }; then
  exit 0
fi

PATH=$LOCAL/bin:$PATH
reason="there is none on PATH"
if allowed path; then
  while read -r found; do
    # Where its folder has no language host it is a wrapper, like our own bin/pulumi.
    folder=$(dirname "$(node -p 'fs.realpathSync(process.argv[1])' "$found")")
    complete "$folder" || continue
    has=$(PULUMI_SKIP_UPDATE_CHECK=true "$folder/pulumi" version 2>/dev/null || true)
    if [ "$has" = "v$version" ]; then
      use "$folder" path
      say pulumi "$version on PATH: $folder"
      exit 0
    fi
    reason="PATH has ${has:-one that does not run}"
  done < <(type -ap pulumi)
fi

official=$CACHE/official/versions/$version/bin
if allowed download; then
  if ! complete "$official"; then
    arch=$(uname -m)
    case $arch in x86_64 | amd64) arch=x64 ;; aarch64) arch=arm64 ;; esac
    url=https://get.pulumi.com/releases/sdk/pulumi-v$version-$(uname -s | tr '[:upper:]' '[:lower:]')-$arch.tar.gz
    # The wrapper's own download knows no proxy unless Node is told to.
    export NODE_USE_ENV_PROXY=1
    if refusal=$(node "$PACKAGE/setup/reachable.mjs" "$url"); then
      say pulumi "$reason, $version is needed: downloading it with the npm package pulumi"
      wrapper=$CACHE/npm/pulumi-$(digest <"$PACKAGE/setup/npm/pulumi/package-lock.json" | cut -c 1-16)
      work=$(mktemp -d)
      trap 'rm -rf "$work"' EXIT
      if ! [ -d "$wrapper/node_modules/pulumi" ]; then
        mkdir -p "$wrapper"
        cp "$PACKAGE/setup/npm/pulumi/"package*.json "$wrapper/"
        waiting pulumi "npm ci" npm ci --prefix "$wrapper" --ignore-scripts --no-audit --no-fund || true
      fi
      # TMPDIR is ours alone: the wrapper writes a script with a guessable name there, and runs it.
      waiting pulumi download env -u PULUMI_VERSION PULUMI_HOME="$CACHE/official" TMPDIR="$work" \
        PULUMI_SKIP_UPDATE_CHECK=true node "$wrapper/node_modules/pulumi/run.js" version || true
      reason="$reason, and the download failed"
    else
      reason="$reason, and the official download is not to be had ($refusal)"
    fi
  fi
  if complete "$official" && [ "$("$official/pulumi" version 2>/dev/null)" = "v$version" ]; then
    use "$official" download
    say pulumi "$version, the official download"
    exit 0
  fi
fi

allowed build || refuse pulumi "$version could not be had as PULUMI_FROM=${PULUMI_FROM:-} asks: $reason"
how="built from Go modules earlier"
if ! complete "$built"; then
  how="built from Go modules"
  go=$("$PACKAGE/setup/go.sh")
  say pulumi "$reason: building $version from Go modules with $go (about 4 minutes the first time, 115 MB)"
  mkdir -p "$CACHE/built"
  work=$(mktemp -d "$CACHE/built/.new.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  waiting pulumi "building" "$PACKAGE/toolchain/build.sh" cli "$go" "$work/bin" "$DOCKER_VERSION" "$COMMAND_VERSION" "$version" ||
    refuse pulumi "the build failed. Install Pulumi $version from https://www.pulumi.com/docs/install/versions/, and run this again."
  settle "$work" "${built%/bin}"
fi
use "$built" build
say pulumi "$version, $how, because $reason"
