# shellcheck shell=bash
# The words of agentbox that hand a person over to a sandbox: enter, resume, run, ssh-proxy, by which ssh goes there, and sign-in, by which `login` does. Sourced by bin/agentbox, with `root`, `package` and `program` set (setup/root.sh).
#
# Such a word costs one question to the engine (`inspect`, 15 ms) and then is the engine's own `exec`. Node would cost 40 ms by its start alone, where an exec
# is 50 ms (2026-11-28). What is not plain is left to Node (cli/ways/way-in.ts): words that nobody can make sense of, options, a client that is not there or
# does not run, an engine that is not where the client program looks. It ends by calling this again, with AGENT_SANDBOX_ENGINE set.

: "${root:?}" "${package:?}" "${program:?}"

# way_in WORD CLIENT [WORDS...]: becomes the way in. Returns where that is not plain.
way_in() {
  local word=$1 client=${2:-} engine=${AGENT_SANDBOX_ENGINE:-docker}
  local keys='' type key beside='' clipboard size zone declared noted
  local -a command options=(--interactive)
  is_name "$client" || return 0
  declared_of "$client"
  # Whether its end has come is Node's to say, who then comes back with the engine.
  if [ -z "${AGENT_SANDBOX_ENGINE:-}" ] && declares expires; then return 0; fi
  # The last up has noted which engine it brought the client to (host/engine-of.ts): another may have a sandbox of the same name. All but a socket of Docker's on this machine is
  # Node's to reach, and so is the engine of a client that names one, or that nobody noted and only an address of the network leads to.
  if [ -z "${AGENT_SANDBOX_ENGINE:-}" ]; then
    if declares engine; then return 0; fi
    if [ -s "$root/.state/engines/$client" ]; then
      read -r noted <"$root/.state/engines/$client" || return 0
      case $noted in unix:///*docker.sock) export DOCKER_HOST=$noted ;; *) return 0 ;; esac
      unset DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH
    fi
    case ${DOCKER_HOST:-} in tcp:*) return 0 ;; esac
  fi
  # Nothing of the home is on the way to these programs: their places are the image's own.
  case $word in
    enter | resume)
      command=("/usr/local/bin/$word")
      shift 2
      if is_name "${1:-}"; then
        command+=("$1")
        shift
        if [ "${1:-}" = -- ]; then
          shift
          command+=("$@")
          set --
        fi
      elif [ "$word" = resume ]; then return 0; fi
      [ $# -eq 0 ] || return 0
      if [ -t 0 ] && [ -t 1 ]; then options+=(--tty); fi
      ;;
    run)
      [ "${3:-}" = -- ] && [ $# -gt 3 ] || return 0
      shift 3
      # What every shell of `enter` has (export_of in images/runtime/enter), and no key of an agent: a command is to find the token that a project's .npmrc asks for.
      # These are words of the shell in there. An image of before December 2026 has no program for it.
      # shellcheck disable=SC2016
      command=(/bin/bash -c 'shopt -s nullglob; for _file in /run/secrets/env/_all/*; do [ ! -r "$_file" ] || export "${_file##*/}=$(<"$_file")"; done; exec -- "$@"' run "$@")
      ;;
    sign-in)
      [ "${3:-}" = -- ] && [ $# -gt 3 ] || return 0
      shift 3
      command=("$@")
      if [ -t 0 ] && [ -t 1 ]; then options+=(--tty); fi
      ;;
    ssh-proxy)
      [ $# -eq 2 ] || return 0
      keys=$root/.state/ssh/$client
      { read -r type key _ <"$keys/id.pub" && [ -s "$keys/host" ]; } 2>/dev/null || return 0
      command=(/bin/bash -c "$(<"$package/images/runtime/sshd.bash")"$'\n'"$(<"$package/cli/ways/sshd.sh")" sshd "$type $key")
      ;;
    *) return 0 ;;
  esac

  type -P "${engine%% *}" >/dev/null || return 0
  # The last word is what the last `up` has put into force of `clipboard`, which the agent's container says to all that start in it.
  local of='{{.State.Status}} {{index .Config.Labels "agent-sandbox.client"}} {{index .Config.Labels "agent-sandbox.role"}} {{range .Config.Env}}{{if eq . "AGENT_SANDBOX_CLIPBOARD=out"}}out{{end}}{{end}}'
  # shellcheck disable=SC2086 # `podman --remote` is a program and its first word
  case $(keep_only_the_engines_own && $engine inspect --type container --format "$of" "$client-agent" 2>/dev/null) in
    "running $client agent out") clipboard=out ;;
    "running $client agent" | "running $client agent ") clipboard=none ;;
    *) return 0 ;;
  esac

  if declares idle; then note_visit; fi
  # What an agent at this terminal asks to have opened is asked for beside it, with the person's whole environment: it is their desktop's and their browser's.
  if [ "${#options[@]}" -gt 1 ] && declares auth; then
    beside=none
    if has_dialogs; then
      exec 9> >(be_beside)
      beside=$!
    fi
  fi
  # Nothing returns from here: Node would need the whole environment.
  keep_only_the_engines_own

  if [ -n "$keys" ]; then
    # What ssh says comes after the host's key. The engine's client is what ssh sees end, whatever still waits to be read here.
    # shellcheck disable=SC2086
    exec $engine exec "${options[@]}" "$client-agent" "${command[@]}" < <(cat "$keys/host" && printf '\0' && exec cat)
  fi
  if [ "${#options[@]}" -eq 1 ]; then
    # shellcheck disable=SC2086
    if ! [ -t 1 ] && ! [ -t 2 ]; then exec $engine exec "${options[@]}" "$client-agent" "${command[@]}"; fi
    # shellcheck disable=SC2086
    hand_terminal $engine exec "${options[@]}" "$client-agent" "${command[@]}"
  fi
  # Engines take Ctrl-P for the first key of their own way out, and shells and agents want it.
  options+=(--detach-keys 'ctrl-^,ctrl-_,ctrl-^')
  # Of the terminal: its kind, how many colours it has, and the zone of its clock. What the image does not know of these is left to terminal.sh.
  [[ ! ${TERM:-} =~ ^[A-Za-z0-9][A-Za-z0-9.+_-]*$ ]] || options+=(--env "TERM=$TERM")
  case ${COLORTERM:-} in truecolor | 24bit) options+=(--env "COLORTERM=$COLORTERM") ;; esac
  zone=${TZ-$(readlink /etc/localtime || true)} zone=${zone#:} zone=${zone##*/zoneinfo/}
  [[ ! $zone =~ ^[A-Za-z][A-Za-z0-9/+_-]*$ ]] || options+=(--env "TZ=$zone")
  size=$(stty size 2>/dev/null) || size='24 80'
  # These are words of the shell in there. An image of before December 2026 has no terminal.sh.
  # shellcheck disable=SC2016
  command=(/bin/sh -c 'of=/etc/agent-sandbox/terminal.sh; [ ! -r $of ] || . $of; unset of; /usr/bin/stty rows "$1" cols "$2"; /usr/bin/tty; shift 2; exec "$@"'
    sh "${size% *}" "${size#* }" "${command[@]}")
  # shellcheck disable=SC2086
  hand_terminal $engine exec "${options[@]}" "$client-agent" "${command[@]}"
}

# The lines of a client's stack file that may have one of the keys that are asked for here, in `declared`, read once: a millisecond.
declared_of() {
  local line file=$root/stacks/Pulumi.$1.yaml
  declared=''
  [ -r "$file" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in *engine*:* | *expires*:* | *idle*:* | *auth*:*) declared+=$line$'\n' ;; esac
  done <"$file"
}

# Whether the file may have the key, however YAML writes it, with the project's name before it or without. What `auth` allows is the last up's to say (cli/auth.ts), which takes a second.
declares() { [[ $declared =~ (^|[^A-Za-z0-9_-])"$1"[\"\']?[[:space:]]*: ]]; }

# Notes that somebody comes in now: a visit may begin and end between two sweeps (cli/sweep.ts). Where that cannot be noted, he is let in all the same.
note_visit() {
  local folder=$root/.state/used
  { [ -d "$folder" ] || mkdir -p "$folder"; } 2>/dev/null && { : >"$folder/$client"; } 2>/dev/null || true
}

# Hears the agent from a second after its start on, until stdin ends: neither a start nor a short visit is slower by it.
be_beside() {
  local status=0
  # Before Bash 4 the end and the limit of time are the same status.
  if ((BASH_VERSINFO[0] >= 4)); then read -rt 1 || status=$?; else status=142; fi
  [ "$status" -le 128 ] || exec "$package/bin/agentbox" auth "$client" --beside >&2
}

# Whether a window can ask a person, as cli/auth/desktop.ts has it.
has_dialogs() {
  case $OSTYPE in darwin*) return 0 ;; esac
  [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && { type -P zenity || type -P kdialog; } >/dev/null
}

is_name() { [[ $1 =~ ^[a-z][a-z0-9-]*$ ]]; }

# Leaves of the person's environment what an engine's client needs, as `KEPT` in target/engine/client.ts has it, and which engine it is. The keys of the person's ssh-agent
# are for the ssh by which the client reaches an engine, and for nothing else.
keep_only_the_engines_own() {
  local name ssh=''
  case ${DOCKER_HOST:-} in ssh://*) ssh=SSH_AUTH_SOCK ;; esac
  local kept=" PATH HOME USER LD_LIBRARY_PATH DOCKER_CONFIG CONTAINERS_CONF REGISTRY_AUTH_FILE XDG_CONFIG_HOME XDG_RUNTIME_DIR \
DBUS_SESSION_BUS_ADDRESS GNUPGHOME PASSWORD_STORE_DIR WSL_INTEROP HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy \
SSL_CERT_FILE SSL_CERT_DIR TMPDIR DOCKER_HOST DOCKER_CONTEXT CONTAINER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH $ssh "
  while read -r name; do
    case $kept in *" $name "*) ;; *) export -n "${name?}" ;; esac
  done < <(compgen -e)
  while read -r name; do export -nf "${name?}"; done < <(compgen -A function)
  return 0
}

# hand_terminal COMMAND...: runs it at this terminal, and ends with its status. It is waited for, and does not take this process's place: what it writes is shown as far as
# it may go out (cli/ways/show.ts), what it has switched on in the terminal is switched off afterwards, and what it made the terminal answer is not left for the person's
# own shell to read. Without `--tty` the streams of it that are no terminal are its own.
hand_terminal() {
  local child status show shown_all modes='' again=1 pipe
  local -a shown=("$root/.cache/bin/node" "$package/cli/ways/show.$program" "$clipboard")
  if [ "${#options[@]}" -gt 1 ]; then
    modes=$(stty -g)
    # shellcheck disable=SC2206 # `podman --remote` is a program and its first word
    shown+=("$client-agent" $engine)
  fi
  # A pipe with a name, for a process that is waited for: of a process substitution Bash before 4.4 does not know when it ends.
  pipe=$(mktemp -d "${TMPDIR:-/tmp}/agentbox.XXXXXX")
  mkfifo -m 600 "$pipe/out"
  if [ -t 1 ]; then exec 7>&1; else exec 7>&2; fi
  # What a shell starts in the background ignores Ctrl-C, as it has to here: the last words are shown.
  NODE_COMPILE_CACHE=$root/.cache/compiled "${shown[@]}" <"$pipe/out" >&7 2>/dev/null 9>&- &
  show=$!
  exec 8>"$pipe/out"
  rm -rf "$pipe"
  # The title is kept, and given back below.
  [ -z "$modes" ] || printf '\033[22;0t' >&7
  # And what it ignores, others would too.
  (
    trap - INT QUIT
    if [ -t 2 ] && [ -z "$modes" ]; then exec 2>&8; fi
    if [ -t 1 ]; then exec 1>&8; fi
    exec 8>&- 7>&- "$@"
  ) <&0 9>&- &
  child=$!
  exec 8>&-
  trap 'again=1; kill -TERM "$child" 2>/dev/null || true' TERM
  trap 'again=1; kill -HUP "$child" 2>/dev/null || true' HUP
  # The terminal sends these to both.
  trap 'again=1' INT QUIT
  while [ -n "$again" ]; do
    again='' status=0
    wait "$child" || status=$?
  done
  again=1
  while [ -n "$again" ]; do
    again='' shown_all=0
    wait "$show" || shown_all=$?
  done
  # Where it was asked for no more than text, it stands as it stood.
  [ "$shown_all" -eq 0 ] || calm_terminal
  [ -n "$modes" ] || exit "$status"
  printf '\033[23;0t' >&7
  stty "$modes" 2>/dev/null || true
  case ${beside:-} in
    '') ;;
    none)
      # shellcheck disable=SC2086
      ! $engine exec "$client-agent" /usr/bin/test -e /var/lib/agent-sandbox/asked-url 2>/dev/null ||
        echo "agentbox: an agent of $client asked to open a page; \`agentbox auth $client\` in another terminal opens it, after your yes" >&2
      ;;
    *)
      # It ends with this pipe, and tells now what it could not tell at the agent's terminal.
      exec 9>&-
      wait "$beside" 2>/dev/null || true
      ;;
  esac
  exit "$status"
}

# Ends what lasts in the terminal, and reads what it has still to answer. It moves nothing and clears nothing.
calm_terminal() {
  local one answered='' wait=0.5
  # A string that nobody has ended; a soft reset; and of terminals that know none: letters of the other set, insertion, lines in a part of the page, no cursor, keys of an
  # application. Then what a reset leaves: reports of mouse and focus, marks around what is pasted.
  printf '\033\\\033[!p\033(B\017\033[4l\0337\033[r\0338\033[?25h\033[?1l\033>\033[?9;1000;1001;1002;1003;1004;1005;1006;1015;1016;2004l\033[0m' >&7
  # A job in the background is not to be stopped by this, and gets nothing to read.
  trap '' TTIN TTOU
  [ -z "$modes" ] || stty -echo -icanon 2>/dev/null || true
  # Answers come in the order of the questions, over ssh after longer than anybody would wait for silence: so the last question is one of ours. Behind its answer there may
  # be another's that looks like it; those come at once.
  case ${TERM:-dumb} in dumb) wait=0.01 ;; *) printf '\033[5n' >&7 ;; esac
  # Bash before 4 waits for whole seconds.
  ((BASH_VERSINFO[0] >= 4)) || wait=1
  while IFS= read -rsn 1 -t "$wait" one; do
    answered+=$one
    case $answered in *$'\033[0n')
      ((BASH_VERSINFO[0] >= 4)) || break
      answered='' wait=0.05
      ;;
    esac
  done 2>/dev/null </dev/tty || true
}
