# shellcheck shell=bash
# What a session of ssh in a sandbox may have, whichever way it comes in: by a port (`serve-ssh`), or by the engine's `exec` (cli/ways/sshd.sh, which the host hands
# over together with this text).

# become_sshd KEY -i|-D [OPTION...]: becomes sshd with the host's private key at KEY, on stdin and stdout or listening, and with options besides these.
become_sshd() {
  local key=$1 mode=$2 name given='' option
  local -a options=() words=()
  shift 2
  # A session has what the container's environment has, as an `exec` does; sshd begins with an empty one.
  while read -r name; do
    case $name in HOME | USER | LOGNAME | SHELL | PWD | OLDPWD | SHLVL | HOSTNAME | TERM | MAIL | _ | BASH*) continue ;; esac
    case ${!name} in *[\"\\]* | *$'\n'*) ;; *) given+=" $name=\"${!name}\"" ;; esac
  done < <(compgen -e)
  options=(
    # Who comes in: whoever has a key, as the user that is here.
    AllowUsers=dev
    PubkeyAuthentication=yes PasswordAuthentication=no KbdInteractiveAuthentication=no HostbasedAuthentication=no PermitRootLogin=no
    RequiredRSASize=3072
    # What a session may have: a terminal, files, and ports of this sandbox itself.
    AllowTcpForwarding=local "PermitOpen=localhost:* 127.0.0.1:* [::1]:*" PermitListen=none GatewayPorts=no
    AllowStreamLocalForwarding=no AllowAgentForwarding=no X11Forwarding=no PermitTunnel=no
    PermitUserEnvironment=no PermitUserRC=no
    "Subsystem=sftp internal-sftp"
    # PAM asks for rights that nobody here has ("Access denied for user", measured); nor is there a log.
    UsePAM=no PidFile=none LogLevel=FATAL PrintMotd=no PrintLastLog=no Banner=none LoginGraceTime=30
    "$@"
  )
  [ -z "$given" ] || options+=("SetEnv=${given# }")
  for option in "${options[@]}"; do words+=(-o "$option"); done
  # A session has the mask of an `exec`, by which others' programs read what is made in the workspace.
  umask 022
  exec /usr/sbin/sshd "$mode" -e -f /dev/null -h "$key" "${words[@]}"
}
