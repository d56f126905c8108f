# shellcheck shell=bash

# clients_of PROJECT: the clients that have a file there, or `none`. A file with another name is no client's, and may have commands to a terminal in it.
clients_of() {
  local file name clients=''
  for file in "$1"/stacks/Pulumi.*.yaml; do
    name=${file##*/Pulumi.}
    name=${name%.yaml}
    if [[ $name =~ ^[a-z][a-z0-9-]*$ ]]; then clients+=" $name"; fi
  done
  printf '%s' "${clients:- none}" | cut -c 2-
}
