# shellcheck shell=bash
# Where this checkout's state is, for bin/pulumi and bin/agentbox, which source it with `root` set: a home for Pulumi, a backend, and
# a name for that state. What the person has set in the environment is left as it is.
state=${root:?}/.state

# Of two commands that start at once, one makes it.
[ -d "$state" ] || mkdir -m 700 "$state" 2>/dev/null || [ -d "$state" ]
# Git passes over all of it, also where the project's .gitignore has no line for it: the passphrase is in there, and `git add -A` would take it.
[ -e "$state/.gitignore" ] || { printf '*\n' >"$state/.gitignore"; } 2>/dev/null || true

# A home of one's own comes with its plugins and logins.
if [ -z "${PULUMI_HOME:-}" ]; then
  export PULUMI_HOME=$root/.cache/home PULUMI_CREDENTIALS_PATH=${PULUMI_CREDENTIALS_PATH:-$state}
fi

# Local files, unless `pulumi login` has been told otherwise. (PULUMI_BACKEND_URL would win over a login.)
login=${PULUMI_CREDENTIALS_PATH:-$PULUMI_HOME}/credentials.json
backend=${PULUMI_BACKEND_URL:-}
if [ -z "$backend" ]; then
  if [ -f "$login" ] && [[ $(<"$login") =~ \"current\":[[:space:]]*\"([^\"]+) ]]; then
    backend=${BASH_REMATCH[1]}
  else
    # Without a file of attributes beside each file of state: that one is not written in one piece, and a pulumi that is killed
    # meanwhile leaves a state that cannot be read ("failed to load checkpoint: EOF", gocloud.dev's fileblob).
    backend="file://$state?metadata=skip"
    [ "${1:-}" = login ] || export PULUMI_BACKEND_URL=$backend
  fi
fi

# A state is known by an id beside its files, made once with the folder it was made in, else by its address: what it makes carries that, so
# that another state does not take it for its own. A folder of states that cannot be written has none.
files='' AGENT_SANDBOX_STATE='' AGENT_SANDBOX_STATE_PATH=''
case $backend in
  file://*)
    files=${backend#file://} files=${files%%\?*}
    case $files in \~ | \~/*) files=$HOME${files#\~} ;; esac
    id=$files/.agent-sandbox-id
    if ! [ -s "$id" ] && [ -w "$files" ]; then
      # Linked into place, as the passphrase is.
      if printf '%s %s\n' "$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')" "$(cd "$root" && pwd -P)" >"$id.$$"; then ln "$id.$$" "$id" 2>/dev/null || true; fi
      rm -f "$id.$$"
    fi
    if [ -s "$id" ]; then read -r AGENT_SANDBOX_STATE AGENT_SANDBOX_STATE_PATH <"$id"; fi
    ;;
  *)
    # Neither a password nor a parameter of the address.
    AGENT_SANDBOX_STATE=${backend%%\?*}
    case $AGENT_SANDBOX_STATE in *@*) AGENT_SANDBOX_STATE=${AGENT_SANDBOX_STATE%%://*}://${AGENT_SANDBOX_STATE#*@} ;; esac
    ;;
esac
export AGENT_SANDBOX_STATE AGENT_SANDBOX_STATE_PATH AGENT_SANDBOX_ROOT=$root AGENT_SANDBOX_FILES=$files
