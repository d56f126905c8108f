# The shape that all audit lines have. Strings are written by jq, so no name can end one.
def time: now | (strftime("%Y-%m-%dT%H:%M:%S") + "." + ((. * 1000 | floor % 1000) + 1000 | tostring | .[1:]) + "Z");

# Shortens a text so that its line has less than 4096 bytes: such a line is written to a pipe in one piece, and no engine's log breaks it in two.
def short: (.[:1000] | until((tojson | utf8bytelength) <= 1600; .[:length * 3 / 4 | floor])) as $cut | if $cut == . then . else $cut + "…" end;

def line(fields): {time: time, client: $ENV.CLIENT, kind: "", name: "", address: "", port: 0, verdict: "deny", reason: "", up: 0, down: 0, ms: 0} + fields | .name |= short | .reason |= short;

# Lets through 20 lines a second after a burst of 200, and says how many it left out before the next one.
def sparing(lines):
  foreach lines as $line ({tokens: 200, at: now, left_out: 0};
    now as $now
    | .tokens = ([.tokens + ($now - .at) * 20, 200] | min) | .at = $now
    | if .tokens >= 1 then .tokens -= 1 | .out = [if .left_out > 0 then line({kind: $line.kind, reason: "left-out", count: .left_out}) else empty end, $line] | .left_out = 0
      else .left_out += 1 | .out = [] end;
    .out[]);
