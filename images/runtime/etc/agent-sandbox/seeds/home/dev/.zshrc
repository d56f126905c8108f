# Yours. Without this file zsh asks how to set itself up at every start.
