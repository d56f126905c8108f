# shellcheck shell=bash
# The versions that package.json pins; the CLI and the plugins must be exactly these. Needs PACKAGE.
pinned() {
  sed -n "s|^ *\"@pulumi/$1\": \"\\([0-9][0-9.]*\\)\",*\$|\\1|p" "$PACKAGE/package.json"
}
# shellcheck disable=SC2034 # for those that source this
PULUMI_VERSION_PINNED=$(pinned pulumi) DOCKER_VERSION=$(pinned docker) COMMAND_VERSION=$(pinned command)

# has_plugins FOLDER: are both plugins there?
has_plugins() {
  [ -x "$1/resource-docker-v$DOCKER_VERSION/pulumi-resource-docker" ] &&
    [ -x "$1/resource-command-v$COMMAND_VERSION/pulumi-resource-command" ]
}

# allowed WAY: PULUMI_FROM=path|download|build asks for one way alone.
allowed() { [ "${PULUMI_FROM:-$1}" = "$1" ]; }
