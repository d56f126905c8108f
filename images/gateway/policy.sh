# shellcheck shell=bash
# shellcheck disable=SC2034 # used by those who source this
# What entry, apply and guard share: a policy is staged, checked whole, put live, and kept.
RUN=/run/gateway
SERVICES=$RUN/service
LIVE=$RUN/live
# There while an apply is at work: left behind by one that was killed.
UNFINISHED=$RUN/unfinished
KEPT=/var/lib/gateway/policy
AUDIT=/var/lib/gateway-audit
SECTIONS="about hosts names.map below.map ports.map lan.map inbound.map private.map reasons.map rules.nft haproxy.cfg dnsmasq.conf resolver.conf"

# Seconds since the machine started: the clock of the day, which is bash's own, may jump.
uptime_now() { local now; read -r now _ </proc/uptime; printf '%s' "${now%.*}"; }

# One at a time: an apply, or a look of the guard's. @param $1 seconds to wait. Writes the time into the lock file, so that a waiter can see how long the lock has been held.
take_turn() { exec 9>>"$RUN/lock" && flock --wait "$1" 9 && uptime_now >"$RUN/lock"; }

as() { setpriv --reuid "$1" --regid "$1" --clear-groups --inh-caps=-all --no-new-privs "${@:2}"; }

proxyctl() { as gw-proxy /usr/local/lib/gateway/proxyctl "$@"; }

# An audit line of the gateway's own, to `keep`. KIND NAME VERDICT REASON [COUNT]. Nobody waits for the audit: should nobody read the pipe,
# the guard still has its work to do.
audit() {
  # shellcheck disable=SC2016 # jq's own variables
  timeout --signal KILL 2 jq --null-input --compact-output -L /etc/gateway --arg kind "$1" --arg name "$2" --arg verdict "$3" --arg reason "$4" \
    --argjson count "${5:-null}" 'include "audit"; line({$kind, $name, $verdict, $reason} + (if $count then {$count} else {} end))' >/proc/1/fd/1 || true
}

# Writes the audit lines that are left in the pipe when the audit service does not run.
keep_rest() { as gw-log /usr/local/lib/gateway/keep "$AUDIT" rest <&1 >&8; }

# As much of a policy's hash as fits in a label of a host name.
hash_name() { local hash; hash=$(<"$1/hash"); printf '%s' "${hash:0:32}"; }

live_hash() { [ ! -e "$LIVE/hash" ] || cat "$LIVE/hash"; }

# Takes the bundle in file $1 apart into directory $2. Says on stderr why it is none.
stage() {
  local text=$1 into=$2
  mkdir "$into" || return 1
  if LC_ALL=C grep -qP '[^\t\n\x20-\x7e]' "$text"; then echo "the bundle has bytes that are no text" >&2; return 1; fi
  awk -v into="$into" -v sections="$SECTIONS" '
    function refuse(why) { print "the bundle " why | "cat >&2"; refused = 1; exit 1 }
    BEGIN { n = split(sections, names, " "); for (i in names) known[names[i]] = 1 }
    ended { refuse("goes on after its end") }
    $0 == "==> end" { ended = 1; next }
    /^==> / {
      file = substr($0, 5)
      if (!(file in known)) refuse("has a section this gateway does not know: " file)
      if (file in seen) refuse("has two sections " file)
      seen[file] = 1; printf "" >(into "/" file); next
    }
    file == "" { refuse("does not begin with a section") }
    { print >(into "/" file) }
    END {
      if (refused) exit 1
      if (!ended) refuse("is cut short")
      for (i in names) if (!(names[i] in seen)) refuse("has no section " names[i])
      if (refused) exit 1
    }' "$text" || return 1
  cp "$text" "$into/bundle" && sha256sum "$text" | cut -d' ' -f1 >"$into/hash" && belongs "$into" && derive "$into" && seal "$into"
}

# What every file of a staged policy is, so that a later look finds the one that was changed.
seal() { (cd "$1" && files=(*) && sha256sum -- "${files[@]}" >sums); }

# The bundle is in a form this gateway reads, and is this client's.
belongs() {
  local about
  about=$'\n'$(<"$1/about")$'\n'
  [[ $about == *$'\nformat 2\n'* ]] || { echo "the bundle is not of format 2" >&2; return 1; }
  [[ $about == *$'\n'"client $CLIENT"$'\n'* ]] || { echo "the bundle is not for $CLIENT" >&2; return 1; }
  [[ $about == *$'\n'"gateway $INNER_ADDRESS"$'\n'* ]] || { echo "the bundle is not for the address $INNER_ADDRESS" >&2; return 1; }
}

# What follows from the bundle and this machine.
derive() {
  local into=$1 resolvers
  # The rules speak of sides, not of what this engine called its interfaces.
  {
    printf 'define inner = "%s"\ndefine outer = "%s"\n' "$(side inner)" "$(side outer)"
    cat "$into/rules.nft"
  } >"$into/rules" && mv "$into/rules" "$into/rules.nft" || return 1
  # A name that only this policy answers: how it is known to be live. Loopback asks it.
  printf '%s %s.live.invalid\n' "$INNER_ADDRESS" "$(hash_name "$into")" >>"$into/hosts" || return 1
  # Declared resolvers are in the rules. Else they are the engine's: on Docker itself, on loopback; elsewhere the wall needs a hole
  # for exactly the one that resolv.conf names.
  if ! grep -q '^server=' "$into/resolver.conf"; then
    resolvers=$(awk '$1 == "nameserver" && $2 ~ /^[0-9.]+$/ { print $2 }' /etc/resolv.conf | sort -u)
    if [ -z "$resolvers" ]; then echo "resolv.conf names no IPv4 resolver; declare resolvers" >&2; return 1; fi
    resolvers=$(grep -v '^127\.' <<<"$resolvers" | paste -sd, || true)
    [ -z "$resolvers" ] || printf 'add element inet gateway resolvers { %s }\n' "$resolvers" >>"$into/rules.nft"
  fi
}

# Every part by the program that will read it; those of the policy in force were checked when they came.
check() {
  local at=$1 file said proxy
  drops "$(<"$at/rules.nft")" || { echo "rules.nft does not drop by default" >&2; return 1; }
  # The slowest, beside all others.
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
    printf 'hosts has a line that is none: %s\n' "$said" >&2
    return 1
  fi
  wait "$proxy" || { printf 'haproxy refuses haproxy.cfg: %s\n' "$(<"$at/said")" >&2; return 1; }
  rm "$at/said"
}

# Makes a staged policy the live one: the files in one rename, the packet rules in one transaction. Daemons still run by what
# they have read. An old live policy is left where it was.
put_live() {
  local same=
  # The same rules are in the kernel already: one host more is a line of the maps. Loading takes 25 ms.
  if cmp -s "$1/rules.nft" "$LIVE/rules.nft" && kernel_rules | cmp -s - "$LIVE/rules.kernel"; then
    cp "$LIVE/rules.kernel" "$1/rules.kernel" || return 1
    same=1
  fi
  ln -sfn "$1" "$LIVE.next" && mv -T "$LIVE.next" "$LIVE" && { [ -n "$same" ] || load_rules; }
}

load_rules() {
  local rules vips
  nft -f "$LIVE/rules.nft" || return 1
  # As the kernel itself writes what it has now: what guard compares with.
  rules=$(kernel_rules) || return 1
  printf '%s\n' "$rules" >"$LIVE/rules.kernel" || return 1
  drops "$rules" || { echo "the rules do not drop by default" >&2; return 1; }
  vips=$(vips)
  ip route replace local "$vips" dev "$(side inner)"
}

# All three chains drop what they do not name.
drops() { local rest=${1//policy drop;/}; [ $((${#1} - ${#rest})) = $((3 * 12)) ]; }

vips() { local about; about=$'\n'$(<"$LIVE/about")$'\n'; about=${about#*$'\nvips '}; printf '%s' "${about%%$'\n'*}"; }

kernel_rules() { nft --stateless list table inet gateway; }

# The interface of a side, `inner` or `outer`.
# shellcheck source=/dev/null
side() { local inner outer; . "$RUN/sides"; printf '%s' "${!1}"; }

# What the engine gave this namespace, a line a thing, and nobody may change: from here it could not be made again. A queue can
# pass packets on beneath all rules (tc's mirred), a route lead them elsewhere. Of packet rules, all but our own table: on
# Docker the way from 127.0.0.11 to its resolver. Of routes, all but that of the virtual addresses. $1: all packet rules.
surroundings() {
  printf '%s\n' /sys/class/net/*
  grep -sH . /proc/sys/net/ipv[46]/conf/*/forwarding || true
  ip -4 -batch - <<<$'rule show\nroute show table all' | grep -v "^local [0-9.]*/25 dev $(side inner) "
  tc qdisc show
  sed '/^table inet gateway {$/,/^}$/d; s/^/rules: /' <<<"$1"
}

all_rules() { nft --stateless list ruleset 2>/dev/null; }

# Remembers what the resolvers have read, so that they are restarted only for something new.
note_read() {
  cp "$LIVE/dnsmasq.conf" "$RUN/read.dns"
  cp "$LIVE/resolver.conf" "$RUN/read.resolver"
}

# What a restart begins with: hash and text in one file, renamed into place, so it is always one policy whole. Written before
# anything is touched: a full disk is found while the policy before is still in force.
prepare_kept() { cat "$1/hash" "$1/bundle" >"$KEPT.next" && sync "$KEPT.next"; }

keep() { mv "$KEPT.next" "$KEPT" && sync "${KEPT%/*}"; }

unkeep() {
  local hash
  if [ ! -e "$KEPT" ]; then echo "none is kept" >&2; return 1; fi
  hash=$(head -n 1 "$KEPT")
  tail -n +2 "$KEPT" | sha256sum | grep -q "^$hash " || { echo "its checksum does not hold" >&2; return 1; }
  tail -n +2 "$KEPT"
}

# Makes the kept policy the live one, for daemons that start after. When none holds, everything is shut, and stderr says why.
restore() {
  local at
  at=$(mktemp -d "$RUN/policy.XXXXXX") && chmod 0755 "$at" || return 1
  if unkeep >"$at/text" && stage "$at/text" "$at/policy" && check "$at/policy" && put_live "$at/policy"; then
    rm "$at/text"
    # The status is said: a bare `return` in a trap gives the status from before the trap, and a restore that worked would look failed.
    return 0
  fi
  rm -rf "$at"
  shut
  return 1
}

# No policy: nobody listens, nothing passes.
shut() {
  nft -f /etc/gateway/baseline.nft
  rm -f "$LIVE"
  for service in proxy dns resolver; do
    touch "$SERVICES/$service/down"
    s6-svc -d "$SERVICES/$service" 2>/dev/null || true
  done
}

# Has every daemon read the live policy; the ones that read nothing new are left alone.
start() {
  local service
  if [ "$(s6-svstat -o up "$SERVICES/proxy")" = false ]; then
    for service in resolver dns proxy; do
      rm -f "$SERVICES/$service/down"
      s6-svc -u "$SERVICES/$service"
    done
  else
    # The marker goes before the reload: when the reload fails half-way, the way back reloads the daemon as well.
    if ! cmp -s "$LIVE/resolver.conf" "$RUN/read.resolver"; then rm -f "$RUN/read.resolver" && s6-svc -r "$SERVICES/resolver"; fi
    # hosts is read again on a hangup, without a moment in which nobody answers; the rest only at start.
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

# A proxy that came up with its container a moment ago has no master yet, and a policy may be handed over just then (seen on a busy machine:
# "the proxy's master is not there"). One that never comes is told of by whoever asks it.
wait_for_master() {
  local end
  end=$(($(uptime_now) + 10))
  # Only the proxy's own user may look there: root here has no right to pass over that (seen: each apply waited all of the ten seconds).
  until as gw-proxy test -S "$RUN/own/proxy/master.sock" || [ "$(uptime_now)" -gt "$end" ]; do sleep 0.05; done
}

# The new worker, both resolvers, the agent's with the new names: usually 0.1 s. A look at one that hangs takes seconds, too.
wait_until_live() {
  local end
  end=$(($(uptime_now) + 30))
  until resolver_is_live && upstream_is_live && [ "$(proxyctl workers 2>/dev/null)" = 1 ]; do
    if [ "$(uptime_now)" -gt "$end" ]; then
      echo "the daemons do not answer by the policy" >&2
      return 1
    fi
    sleep 0.03
  done
}

# True when the agent's resolver answers by the live policy, and refuses what is on no list.
resolver_is_live() {
  [ "$(ask 127.0.0.1 "$(hash_name "$LIVE").live.invalid" 127.0.0.1 unlisted.invalid)" = "NOERROR $INNER_ADDRESS"$'\nREFUSED' ]
}

# The proxy's resolver answers, what it knows itself: whether anybody does upstream is no matter of the gateway's.
upstream_is_live() { [ "$(ask 127.0.0.1:5353 live.invalid)" = NXDOMAIN ]; }

ask() { /usr/local/lib/gateway/ask "$@"; }
