# History outlives the image: it has a volume of its own.
HISTFILE=$HOME/.local/state/history/$(basename "${SHELL:-bash}")
HISTSIZE=100000
HISTFILESIZE=100000
