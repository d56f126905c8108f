# Turns dnsmasq's log into audit lines, one for each refused question. The refusal does not repeat the name, so questions are remembered by
# their serial number. A question's text begins after its type and ends at the last " from ", whatever is in it. dnsmasq itself writes
# <name unprintable> for a name with other than printable ASCII; a backslash becomes \x5C, as in the proxy's lines.
include "audit";

def refusals:
  foreach inputs as $text ({asked: {}};
    ($text | capture("^dnsmasq(\\[\\d+\\])?: (?<serial>\\d+) (?<from>[0-9a-f.:]+)/\\d+ (?<rest>.*)$") // {rest: ""}) as $log
    | .name = null
    | if $log.rest | startswith("query[") then
        .asked[($log.serial | tonumber % 256 | tostring)] = {serial: $log.serial, name: ($log.rest | sub("^query\\[[^\\]]*\\] "; "") | sub(" from [0-9a-f.:]+$"; ""))}
      elif $log.rest | startswith("config error is REFUSED") then
        .asked[($log.serial | tonumber % 256 | tostring)] as $question
        # Questions from loopback are the gateway's own health checks.
        | if $log.from == "127.0.0.1" then . else .name = if $question.serial == $log.serial then $question.name else "" end end
      else . end;
    if .name == null then empty else line({kind: "dns", name: (.name[:255] | gsub("\\\\"; "\\x5C")), port: 53, reason: "domain"}) end);

sparing(refusals)
