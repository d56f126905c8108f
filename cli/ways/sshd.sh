# shellcheck shell=bash
# One session of ssh over stdin and stdout, inside of a sandbox: cli/ways/way-in.sh hands this text to the sandbox's bash, behind that of images/runtime/sshd.bash.
# It takes the person's public key as its argument. The host's private key comes first on stdin, up to a NUL: in an argument everybody on the engine's machine
# could read it.
#
# Nothing here is a wall against the agent, which has the same user and may end, read and copy all of it. What holds is on the other side: the engine leads to this
# container and no other, and ssh takes one host key for it.
set -euo pipefail
umask 077

authorized=$1
IFS= read -r -d '' key
# It is in memory, and the same for each session.
host=/run/agent-sandbox/ssh-host-key
new=$(/usr/bin/mktemp "$host.XXXXXX")
printf '%s\n' "$key" >"$new"
/usr/bin/mv -fT "$new" "$host"
become_sshd "$host" -i AuthorizedKeysFile=none AuthorizedKeysCommandUser=dev \
  "AuthorizedKeysCommand=/usr/bin/echo restrict,pty,port-forwarding $authorized"
