# shellcheck shell=bash
# One session of ssh over stdin and stdout, inside of a sandbox: cli/ways/way-in.sh hands this text to the sandbox's bash. It takes the person's public key as
# its argument. The host's private key comes first on stdin, up to a NUL: in an argument everybody on the engine's machine could read it.
#
# Nothing here is a wall against the agent, which has the same user and may end, read and copy all of it. What holds is on the other side: the engine leads to this
# container and no other, and ssh takes one host key for it.
set -euo pipefail
umask 077

# A session has what the container's environment has, as an `exec` does; sshd begins with an empty one.
given=''
while read -r name; do
  case $name in HOME | USER | LOGNAME | SHELL | PWD | OLDPWD | SHLVL | HOSTNAME | TERM | MAIL | _ | BASH*) continue ;; esac
  case ${!name} in *[\"\\]* | *$'\n'*) ;; *) given+=" $name=\"${!name}\"" ;; esac
done < <(compgen -e)

PATH=/usr/sbin:/usr/bin:/sbin:/bin
authorized=$1
IFS= read -r -d '' key
# It is in memory, and the same for each session.
host=/run/agent-sandbox/ssh-host-key
new=$(mktemp "$host.XXXXXX")
printf '%s\n' "$key" >"$new"
mv -fT "$new" "$host"
# A session has the mask of an `exec`, by which others' programs read what is made in the workspace.
umask 022

options=(
  # Who comes in: one key, as the user that is here.
  AllowUsers=dev
  PubkeyAuthentication=yes PasswordAuthentication=no KbdInteractiveAuthentication=no HostbasedAuthentication=no PermitRootLogin=no
  "AuthorizedKeysFile=none" "AuthorizedKeysCommandUser=dev"
  "AuthorizedKeysCommand=/usr/bin/echo restrict,pty,port-forwarding $authorized"
  # What a session may have: a terminal, files, and ports of this sandbox itself.
  AllowTcpForwarding=local "PermitOpen=localhost:* 127.0.0.1:* [::1]:*" PermitListen=none GatewayPorts=no
  AllowStreamLocalForwarding=no AllowAgentForwarding=no X11Forwarding=no PermitTunnel=no
  PermitUserEnvironment=no PermitUserRC=no
  "Subsystem=sftp internal-sftp"
  # PAM asks for rights that nobody here has ("Access denied for user", measured); nor is there a log.
  UsePAM=no PidFile=none LogLevel=FATAL PrintMotd=no PrintLastLog=no Banner=none LoginGraceTime=30
)
[ -z "$given" ] || options+=("SetEnv=${given# }")
words=()
for option in "${options[@]}"; do words+=(-o "$option"); done
exec /usr/sbin/sshd -i -e -f /dev/null -h "$host" "${words[@]}"
