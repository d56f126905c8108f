# shellcheck shell=bash
# shellcheck disable=SC2034 # used by those who source this
# What entry, apply and health share: a policy is staged, checked whole, put live, and kept.
RUN=/run/gateway
SERVICES=$RUN/service
LIVE=$RUN/live
KEPT=/var/lib/gateway/policy
SECTIONS="about hosts names.map below.map ports.map lan.map inbound.map private.map reasons.map rules.nft haproxy.cfg dnsmasq.conf resolver.conf"

as() { setpriv --reuid "$1" --regid "$1" --clear-groups --inh-caps=-all --no-new-privs "${@:2}"; }

proxyctl() { as gw-proxy /usr/local/lib/gateway/proxyctl "$@"; }

# An audit line of the gateway's own, on the container's output. KIND NAME VERDICT REASON
audit() {
  jq --null-input --compact-output -L /etc/gateway --arg kind "$1" --arg name "$2" --arg verdict "$3" --arg reason "$4" \
    'include "audit"; line({$kind, $name, $verdict, $reason})' >/proc/1/fd/1 || true
}

# As much of a policy's hash as fits in a label of a host name.
hash_name() { local hash; hash=$(<"$1/hash"); printf '%s' "${hash:0:32}"; }

live_hash() { [ ! -e "$LIVE/hash" ] || cat "$LIVE/hash"; }

interfaces() { printf '%s\n' /sys/class/net/*; }

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
  cp "$text" "$into/bundle" && sha256sum "$text" | cut -d' ' -f1 >"$into/hash" && belongs "$into" && derive "$into"
}

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

# Every part by the program that will read it.
check() {
  local at=$1 file said
  drops "$(<"$at/rules.nft")" || { echo "rules.nft does not drop by default" >&2; return 1; }
  said=$(nft --check --file "$at/rules.nft" 2>&1) || { printf 'nft refuses rules.nft: %s\n' "$said" >&2; return 1; }
  for file in dnsmasq.conf resolver.conf; do
    # The one in use was checked when it came.
    if cmp -s "$at/$file" "$LIVE/$file"; then continue; fi
    said=$(dnsmasq --test --conf-file="$at/$file" 2>&1) || { printf 'dnsmasq refuses %s: %s\n' "$file" "$said" >&2; return 1; }
  done
  if said=$(LC_ALL=C grep -nvE '^([0-9]{1,3}\.){3}[0-9]{1,3} [a-z0-9._-]+( # .*)?$' "$at/hosts"); then
    printf 'hosts has a line that is none: %s\n' "$said" >&2
    return 1
  fi
  said=$(haproxy -c -f "$at/haproxy.cfg" 2>&1) || { printf 'haproxy refuses haproxy.cfg: %s\n' "$said" >&2; return 1; }
}

# Makes a staged policy the live one: the files in one rename, the packet rules in one transaction. Daemons still run by what
# they have read. An old live policy is left where it was.
put_live() {
  ln -sfn "$1" "$LIVE.next" && mv -T "$LIVE.next" "$LIVE" && load_rules
}

load_rules() {
  local rules vips
  nft -f "$LIVE/rules.nft" || return 1
  # As the kernel itself writes what it has now: what health compares with.
  rules=$(kernel_rules) || return 1
  printf '%s\n' "$rules" >"$LIVE/rules.kernel"
  drops "$rules" || { echo "the rules do not drop by default" >&2; return 1; }
  vips=$(vips)
  ip route replace local "$vips" dev "$(side inner)"
}

# All three chains drop what they do not name.
drops() { local rest=${1//policy drop;/}; [ $((${#1} - ${#rest})) = $((3 * 12)) ]; }

vips() { local about; about=$'\n'$(<"$LIVE/about")$'\n'; about=${about#*$'\nvips '}; printf '%s' "${about%%$'\n'*}"; }

kernel_rules() { nft --stateless list table inet gateway; }

# The interface of a side, `inner` or `outer`.
side() { sed -n "s/^$1=//p" "$RUN/sides"; }

# The engine's own rules in this namespace: on Docker the way from 127.0.0.11 to its resolver. They cannot be put back from here.
engine_rules() { nft --stateless list ruleset ip 2>/dev/null; }

# Remembers what the resolvers have read, so that they are restarted only for something new.
note_read() {
  cp "$LIVE/dnsmasq.conf" "$RUN/read.dns"
  cp "$LIVE/resolver.conf" "$RUN/read.resolver"
}

# What a restart begins with: hash and text in one file, renamed into place, so it is always one policy whole.
keep() {
  { cat "$1/hash" "$1/bundle"; } >"$KEPT.next"
  sync "$KEPT.next"
  mv "$KEPT.next" "$KEPT"
}

unkeep() {
  local hash
  hash=$(head -n 1 "$KEPT")
  tail -n +2 "$KEPT" | sha256sum | grep -q "^$hash " || { echo "its checksum does not hold" >&2; return 1; }
  tail -n +2 "$KEPT"
}

# The new worker, and the resolver with the new names: usually 0.1 s.
wait_until_live() {
  local deadline=$((SECONDS + 15))
  until resolver_is_live && [ "$(proxyctl workers 2>/dev/null)" = 1 ]; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      echo "the daemons do not answer by the policy" >&2
      return 1
    fi
    sleep 0.02
  done
}

# True when the agent's resolver answers by the live policy, and refuses what is on no list.
resolver_is_live() {
  [ "$(/usr/local/lib/gateway/ask 127.0.0.1 "$(hash_name "$LIVE").live.invalid")" = "NOERROR $INNER_ADDRESS" ] &&
    [ "$(/usr/local/lib/gateway/ask 127.0.0.1 unlisted.invalid)" = REFUSED ]
}
