# shellcheck shell=sh
# Debian's /etc/profile sets PATH anew. What a person or an agent installs comes last: it stands in for nothing of the system's.
PATH=$PATH:$HOME/.local/bin
# shellcheck source=images/runtime/etc/agent-sandbox/terminal.sh
. /etc/agent-sandbox/terminal.sh
