# shellcheck shell=bash
# shellcheck disable=SC2034 # the scripts that source this file use these variables
# What entry, apply and gatewayd share: a policy is staged, checked whole, put live, and saved.
RUN=/run/gateway
SERVICES=$RUN/service
LIVE=$RUN/live
# A marker that exists while an apply is at work. An apply that was killed leaves it behind.
UNFINISHED=$RUN/unfinished
# The saved policy: what a gateway begins with after a restart. The name is the one that clients' volumes have.
SAVED=/var/lib/gateway/policy
AUDIT=/var/lib/gateway-audit
# What was refused last: the agent has this volume as well, read-only.
REFUSALS=/var/lib/gateway-refusals
# Notes of gatewayd's in the volume: the gateway's time with the machine's uptime at that moment, and the latest end of a grant that the audit was told of.
CLOCK=/var/lib/gateway/clock
TOLD=/var/lib/gateway/told
SECTIONS="about grants hosts names.map below.map ports.map lan.map inbound.map private.map reasons.map rules.nft haproxy.cfg dnsmasq.conf resolver.conf"

# Prints the seconds since the machine started. The clock of the day, which bash has itself, may jump.
uptime_now() { local now; read -r now _ </proc/uptime; printf '%s' "${now%.*}"; }

# Prints the gateway's time, in seconds since 1970, which never goes back.
gateway_time() { /usr/local/lib/gateway/gatewayd time; }

# Prints seconds since 1970 as a moment of a bundle: the later of two is the greater text.
moment() { date --utc --date "@$1" +%Y-%m-%dT%H:%M:%SZ; }

# Prints which lines of the policy in folder $1 hold at moment $2: those of the period that began with the latest end of a grant that has come. Nothing where none has.
period() { awk -v now="$2" '$1 <= now { last = $1 } END { print last }' "$1/grants"; }

# Notes the gateway's time in the volume, as long as a grant of the policy in folder $1 is to end.
keep_time() { /usr/local/lib/gateway/gatewayd keep-time "$1"; }

# Writes an audit line for each grant that is over in the live policy and that the audit was not told of yet.
tell_ended() { /usr/local/lib/gateway/gatewayd tell-ended; }

# Waits for its turn: one apply or one round of the watchdog is at work at a time. @param $1 seconds to wait. Writes the time into the file, so that a waiter can
# see since when it is held.
take_turn() { exec 9>>"$RUN/turn" && flock --wait "$1" 9 && uptime_now >"$RUN/turn"; }

as() { setpriv --reuid "$1" --regid "$1" --clear-groups --inh-caps=-all --no-new-privs "${@:2}"; }

proxyctl() { /usr/local/lib/gateway/proxyctl "$@"; }

# Sends an audit line of the gateway's own to the writer of the audit: KIND NAME VERDICT REASON.
audit() { /usr/local/lib/gateway/gatewayd tell "$@" || true; }

# The writer of the audit, as words: it reads the pipes that read_pipes opens, each by a description of its own, and writes to the container's output.
WRITER=(setpriv --reuid gw-log --regid gw-log --clear-groups --inh-caps=-all --no-new-privs /usr/local/lib/gateway/gatewayd audit "$AUDIT" "$REFUSALS" dns:3 proxy:4)
read_pipes() { exec 0<"$RUN/audit" 3<"$RUN/dns-log" 4<"$RUN/proxy-log" 1>&8 6>&- 7>&- 8>&-; }

# Writes the audit lines that are left in the pipes when the audit service does not run.
drain_audit() { (read_pipes && "${WRITER[@]}" rest); }

# Prints the first half of a policy's hash, and its period, which fit in a label of a host name.
hash_name() { local hash period; hash=$(<"$1/hash") && period=$(<"$1/period"); printf '%s' "${hash:0:32}${period//[!0-9]/}"; }

live_hash() { [ ! -e "$LIVE/hash" ] || cat "$LIVE/hash"; }

# Writes each section of the bundle in file $1 to a file of directory $2, with the lines that hold now. Says on stderr what is wrong with a text that is no bundle.
stage() {
  local text=$1 into=$2 now
  now=$(moment "$(gateway_time)") || return 1
  mkdir "$into" || return 1
  if LC_ALL=C grep -qP '[^\t\n\x20-\x7e]' "$text"; then echo "the bundle has bytes that are no text" >&2; return 1; fi
  awk -v into="$into" -v sections="$SECTIONS" -v now="$now" '
    function reject(why) { print "the bundle " why | "cat >&2"; rejected = 1; exit 1 }
    BEGIN { n = split(sections, names, " "); for (i in names) known[names[i]] = 1 }
    ended { reject("goes on after its end") }
    $0 == "==> end" { ended = 1; next }
    /^==> / {
      file = substr($0, 5)
      if (!(file in known)) reject("has a section this gateway does not know: " file)
      if (file in seen) reject("has two sections " file)
      seen[file] = 1; printf "" >(into "/" file); next
    }
    file == "" { reject("does not begin with a section") }
    # A line that is one for a time only: @FROM..UNTIL LINE.
    /^@/ {
      if ($1 !~ /^@[0-9TZ:-]*[.][.][0-9TZ:-]*$/) reject("has a line with a span that is none: " $1)
      split(substr($1, 2), span, "[.][.]")
      if (now < span[1] || (span[2] != "" && now >= span[2])) next
      print substr($0, length($1) + 2) >(into "/" file); next
    }
    { print >(into "/" file) }
    END {
      if (rejected) exit 1
      if (!ended) reject("is cut short")
      for (i in names) if (!(names[i] in seen)) reject("has no section " names[i])
      if (rejected) exit 1
    }' "$text" || return 1
  cp "$text" "$into/bundle" && sha256sum "$text" | cut -d' ' -f1 >"$into/hash" && period "$into" "$now" >"$into/period" && belongs "$into" && derive "$into" && seal "$into"
}

# Writes the checksum of each file of a staged policy, so that the watchdog finds a file that was changed.
seal() { (cd "$1" && files=(*) && sha256sum -- "${files[@]}" >sums); }

# Checks that the bundle has the format that this gateway reads, and that it is for this client and this address.
belongs() {
  local about
  about=$'\n'$(<"$1/about")$'\n'
  [[ $about == *$'\nformat 3\n'* ]] || { echo "the bundle is not of format 3" >&2; return 1; }
  [[ $about == *$'\n'"client $CLIENT"$'\n'* ]] || { echo "the bundle is not for $CLIENT" >&2; return 1; }
  [[ $about == *$'\n'"gateway $INNER_ADDRESS"$'\n'* ]] || { echo "the bundle is not for the address $INNER_ADDRESS" >&2; return 1; }
}

# Adds to the staged policy what follows from this machine: names of interfaces, a name to ask for, the engine's resolvers.
derive() {
  local into=$1 resolvers
  # The rules name the sides, `inner` and `outer`; here the names are defined as the interfaces that this engine made.
  {
    printf 'define inner = "%s"\ndefine outer = "%s"\n' "$(side inner)" "$(side outer)"
    cat "$into/rules.nft"
  } >"$into/rules" && mv "$into/rules" "$into/rules.nft" || return 1
  # A name that only this policy answers. The gateway asks for it from loopback, to see that the policy is live.
  printf '%s %s.live.invalid\n' "$INNER_ADDRESS" "$(hash_name "$into")" >>"$into/hosts" || return 1
  # Resolvers that the stack file declares are in the rules already. Where none of them is for every name, the engine's are used: Docker's is on loopback and
  # needs no rule; any other gets a hole for exactly the addresses in resolv.conf.
  if ! grep -q '^no-resolv$' "$into/resolver.conf"; then
    resolvers=$(awk '$1 == "nameserver" && $2 ~ /^[0-9.]+$/ { print $2 }' /etc/resolv.conf | sort -u)
    if [ -z "$resolvers" ]; then echo "resolv.conf names no IPv4 resolver; declare resolvers" >&2; return 1; fi
    resolvers=$(grep -v '^127\.' <<<"$resolvers" | paste -sd, || true)
    [ -z "$resolvers" ] || printf 'add element inet gateway resolvers { %s }\n' "$resolvers" >>"$into/rules.nft"
  fi
}

# Checks every part with the program that will read it. A part that is the same in the policy in force was checked before.
check() {
  local at=$1 file said proxy
  drops "$(<"$at/rules.nft")" || { echo "rules.nft does not drop by default" >&2; return 1; }
  # haproxy's check is the slowest, so it runs beside all others.
  haproxy -c -f "$at/haproxy.cfg" >"$at/said" 2>&1 &
  proxy=$!
  if ! cmp -s "$at/rules.nft" "$LIVE/rules.nft"; then
    said=$(nft --check --file "$at/rules.nft" 2>&1) || { printf 'nft refuses rules.nft: %s\n' "$said" >&2; return 1; }
  fi
  for file in dnsmasq.conf resolver.conf; do
    if cmp -s "$at/$file" "$LIVE/$file"; then continue; fi
    said=$(dnsmasq --test --conf-file="$at/$file" 2>&1) || { printf 'dnsmasq refuses %s: %s\n' "$file" "$said" >&2; return 1; }
  done
  if said=$(LC_ALL=C grep -nvE '^([0-9]{1,3}\.){3}[0-9]{1,3} [a-z0-9._-]+( # .*)?$' "$at/hosts"); then
    printf 'hosts has a line that is no address and name: %s\n' "$said" >&2
    return 1
  fi
  if said=$(LC_ALL=C grep -nvE '^([0-9]{2}){2}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}Z [a-z0-9._*-]+( [0-9,]+)?$' "$at/grants"); then
    printf 'grants has a line that is no end and name: %s\n' "$said" >&2
    return 1
  fi
  wait "$proxy" || { printf 'haproxy refuses haproxy.cfg: %s\n' "$(<"$at/said")" >&2; return 1; }
  rm "$at/said"
}

# Makes a staged policy the live one: the files in one rename, the packet rules in one transaction. Daemons go on with the files that
# they read before, until `start`. The directory of the policy before stays.
put_live() {
  local same=
  # Skips the load, which takes 25 ms, when the kernel has the same rules already: a host more is only a line more in the maps.
  if cmp -s "$1/rules.nft" "$LIVE/rules.nft" && kernel_rules | cmp -s - "$LIVE/rules.kernel"; then
    cp "$LIVE/rules.kernel" "$1/rules.kernel" || return 1
    same=1
  fi
  ln -sfn "$1" "$LIVE.next" && mv -T "$LIVE.next" "$LIVE" && { [ -n "$same" ] || load_rules; }
}

load_rules() {
  local rules vips
  nft -f "$LIVE/rules.nft" || return 1
  # The rules as the kernel prints them. The watchdog compares the kernel's rules with this text.
  rules=$(kernel_rules) || return 1
  printf '%s\n' "$rules" >"$LIVE/rules.kernel" || return 1
  drops "$rules" || { echo "the rules do not drop by default" >&2; return 1; }
  vips=$(vips)
  ip route replace local "$vips" dev "$(side inner)"
}

# True when all three chains drop what they do not name: counts `policy drop;` in the text.
drops() { local rest=${1//policy drop;/}; [ $((${#1} - ${#rest})) = $((3 * 12)) ]; }

vips() { local about; about=$'\n'$(<"$LIVE/about")$'\n'; about=${about#*$'\nvips '}; printf '%s' "${about%%$'\n'*}"; }

kernel_rules() { nft --stateless list table inet gateway; }

# Prints the interface of a side, `inner` or `outer`.
# shellcheck source=/dev/null
side() { local inner outer; . "$RUN/sides"; printf '%s' "${!1}"; }

# Remembers which files the resolvers have read, so that they are restarted only for new ones.
note_read() {
  cp "$LIVE/dnsmasq.conf" "$RUN/read.dns"
  cp "$LIVE/resolver.conf" "$RUN/read.resolver"
}

# Writes the policy that is to be saved beside the saved one. Hash and text are one file, which is renamed into place, so a restart always
# finds one whole policy. It is written before anything is touched, so that a full disk is found while the policy before is in force.
stage_saved() { cat "$1/hash" "$1/bundle" >"$SAVED.next" && sync "$SAVED.next"; }

# Puts what stage_saved wrote in the place of the saved policy.
save_policy() { mv "$SAVED.next" "$SAVED" && sync "${SAVED%/*}"; }

# Prints the saved policy. Says on stderr why it cannot be used.
load_saved() {
  local hash
  if [ ! -e "$SAVED" ]; then echo "none is saved" >&2; return 1; fi
  hash=$(head -n 1 "$SAVED")
  tail -n +2 "$SAVED" | sha256sum | grep -q "^$hash " || { echo "its checksum does not hold" >&2; return 1; }
  tail -n +2 "$SAVED"
}

# Makes the saved policy the live one, for daemons that start afterwards. When it does not hold, everything is shut, and stderr says why.
restore() { renew load_saved; }

# The same with the policy that command $@ prints.
renew() {
  local at
  at=$(mktemp -d "$RUN/policy.XXXXXX") && chmod 0755 "$at" || return 1
  if "$@" >"$at/text" && stage "$at/text" "$at/policy" && check "$at/policy" && put_live "$at/policy"; then
    rm "$at/text"
    # The 0 is needed: a bare `return` in a trap gives the status from before the trap, and a restore that worked would look failed.
    return 0
  fi
  rm -rf "$at"
  shut
  return 1
}

# Removes the folders of policies that are not live.
remove_older() {
  local live
  live=$(readlink "$LIVE") && find "$RUN" -mindepth 1 -maxdepth 1 -name 'policy.*' ! -path "${live%/*}" -exec rm -rf {} +
}

# Shuts the gateway: no policy is live, no daemon listens, no packet passes.
shut() {
  nft -f /etc/gateway/baseline.nft
  rm -f "$LIVE"
  for service in proxy dns resolver dial; do
    touch "$SERVICES/$service/down"
    s6-svc -d "$SERVICES/$service" 2>/dev/null || true
  done
}

# True when the live policy leads out by a company's proxy.
dials() { grep -q ' unix@/run/gateway/own/dial/socket ' "$LIVE/haproxy.cfg"; }

# Has every daemon read the live policy. A daemon whose files are the same is left alone.
start() {
  local service
  if dials; then
    rm -f "$SERVICES/dial/down"
    s6-svc -u "$SERVICES/dial"
  else
    touch "$SERVICES/dial/down"
    s6-svc -d "$SERVICES/dial"
  fi
  if [ "$(s6-svstat -o up "$SERVICES/proxy")" = false ]; then
    for service in resolver dns proxy; do
      rm -f "$SERVICES/$service/down"
      s6-svc -u "$SERVICES/$service"
    done
  else
    # The marker goes before the reload: when the reload fails half-way, the way back reloads the daemon as well.
    if ! cmp -s "$LIVE/resolver.conf" "$RUN/read.resolver"; then rm -f "$RUN/read.resolver" && s6-svc -r "$SERVICES/resolver"; fi
    # dnsmasq reads hosts again on a hangup, and answers meanwhile; it reads the rest only when it starts.
    if cmp -s "$LIVE/dnsmasq.conf" "$RUN/read.dns"; then
      s6-svc -h "$SERVICES/dns"
    else
      rm -f "$RUN/read.dns" && s6-svc -r "$SERVICES/dns"
    fi
    wait_for_master
    proxyctl reload || return 1
  fi
  note_read && wait_until_live
}

# Waits up to ten seconds for the proxy's master. A proxy that came up with its container a moment ago has none yet, and a policy may be handed
# over just then (seen on a busy machine: "the proxy's master is not there"). When it never comes, the `proxyctl` that follows says so.
wait_for_master() {
  local end
  end=$(($(uptime_now) + 10))
  # The test runs as the proxy's user, who alone may enter that directory: root has no right to pass over that here (seen: each apply waited
  # all of the ten seconds).
  until as gw-proxy test -S "$RUN/own/proxy/master.sock" || [ "$(uptime_now)" -gt "$end" ]; do sleep 0.05; done
}

# Waits up to 30 seconds until one new worker and both resolvers answer, the agent's with the new names. It usually takes 0.1 s; a daemon that
# hangs takes seconds to ask.
wait_until_live() { /usr/local/lib/gateway/gatewayd await; }
