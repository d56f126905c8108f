# shellcheck shell=sh
# Debian's /etc/profile sets PATH anew. What a person or an agent installs comes last: it stands in for nothing of the system's.
PATH=$PATH:$HOME/.local/bin
. /etc/agent-sandbox/terminal.sh
