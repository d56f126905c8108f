# shellcheck shell=bash
# History outlives the image: it has a volume of its own, and is written after every command, for a stop kills shells.
HISTFILE=$HOME/.local/state/history/bash
HISTSIZE=100000
HISTFILESIZE=100000
shopt -s histappend
PROMPT_COMMAND='history -a'
