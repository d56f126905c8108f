# shellcheck shell=bash
# bash -s NAME EXPRESSION HOW, in a container: starts an agent in a terminal, and prints the milliseconds until it shows what it
# shows when it waits for a prompt. HOW is `enter`, or `bare`: the agent's own command and nothing else.
set -euo pipefail
name=$1 expression=$2 how=$3
home=/etc/agent-sandbox/agents/$name
cd /workspace
command="enter $name"
if [ "$how" = bare ]; then command="bash -c '. $home/enter'"; fi
trap 'tmux -L bench kill-server' EXIT
start=${EPOCHREALTIME/./}
tmux -L bench new-session -d -x 140 -y 45 "${WITH:-} $command"
until tmux -L bench capture-pane -p | tr '\n' ' ' | grep -qP "$expression"; do
  if ((${EPOCHREALTIME/./} - start > 120000000)); then
    tmux -L bench capture-pane -p >&2
    exit 1
  fi
  sleep 0.02
done
echo $(((${EPOCHREALTIME/./} - start) / 1000))
