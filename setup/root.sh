# shellcheck shell=bash
# Which project a program of this package is for, of `package`, the folder that it is in: `root`, and `program`, how Node's programs end here. A checkout is package and project in one.
# An installed package is compiled, and its project is the folder whose node_modules it is in, or what AGENT_SANDBOX_ROOT says. The folder that somebody stands in has no say: it may be an
# agent's workspace, with a Pulumi.yaml that the agent wrote.
: "${package:?}"
# shellcheck disable=SC2034 # for those that source this
root=$package program=ts
if [ -f "$package/cli/agentbox.js" ]; then
  # shellcheck disable=SC2034
  root=${AGENT_SANDBOX_ROOT:-${package%%/node_modules/*}} program=js
fi
