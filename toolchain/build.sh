#!/usr/bin/env bash
# Builds the toolchain from released Go modules.
#   build.sh key     cli|plugins                the hash of all that goes in
#   build.sh cli     GO OUT DOCKER COMMAND CLI  OUT/pulumi and OUT/pulumi-language-nodejs
#   build.sh plugins GO OUT DOCKER COMMAND CLI  OUT/resource-<name>-v<version>/pulumi-resource-<name>
# The last three are the versions that the npm packages ask for; they must be those this toolchain is made for.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}"

key() {
  local also=docker
  [ "$1" = plugins ] || also=cli
  # Not the tests, whose edits change no binary.
  find go.mod go.sum cmd internal "$also" build.sh -type f ! -name '*_test.go' ! -name '*.md' | LC_ALL=C sort | {
    uname -sm
    grep '"@pulumi/' ../package.json
    xargs cat
  } | if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -c 1-16
}

if [ "$1" = key ]; then
  key "$2"
  exit 0
fi
what=$1 go=$2 out=$3 docker=$4 command=$5 cli=$6
# Static: one binary for every Linux of this architecture. No trace of this machine's folders.
export CGO_ENABLED=0 GOWORK=off
compile() { # FOLDER BINARY PACKAGE LDFLAGS [FLAG...]
  local folder=$1 binary=$2 package=$3 flags=$4
  shift 4
  printf 'compiling %s\n' "${binary##*/}"
  (cd "$folder" && "$go" build -v -buildvcs=false -trimpath "$@" -ldflags "-s -w $flags" -o "$binary" "$package")
}
expect() { # WHAT FILE PATTERN
  grep -q -- "$3" "$2" || { printf 'package.json asks for %s, and %s is for another version\n' "$1" "toolchain/$2" >&2; exit 1; }
}

mkdir -p "$out"
case $what in
  cli)
    expect "@pulumi/pulumi $cli" cli/go.mod "github.com/pulumi/pulumi/pkg/v3 v$cli "
    expect "@pulumi/pulumi $cli" go.mod "github.com/pulumi/pulumi/sdk/v3 v$cli\$"
    compile . "$out/pulumi-language-nodejs" ./cmd/pulumi-language-nodejs "-X main.version=$cli"
    compile cli "$out/pulumi" github.com/pulumi/pulumi/pkg/v3/cmd/pulumi \
      "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v$cli"
    ;;
  plugins)
    expect "@pulumi/docker $docker" docker/resources.go "packageVersion = \"$docker\""
    compile . "$out/resource-command-v$command/pulumi-resource-command" ./cmd/pulumi-resource-command "-X main.version=$command"
    # The tag leaves out docker_compose, which @pulumi/docker does not have, with 177 packages behind it.
    compile docker "$out/resource-docker-v$docker/pulumi-resource-docker" . "" -tags no_compose
    ;;
esac
