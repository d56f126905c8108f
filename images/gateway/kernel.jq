# Turns ulogd's packets into audit lines, one for each packet that the rules refused. The reason is the rule's prefix.
include "audit";

sparing(inputs | fromjson? | line({kind: "kernel", address: (.dest_ip // ""), port: (.dest_port // 0), reason: (.["oob.prefix"] // "" | rtrimstr(" ")), up: (.["ip.totlen"] // 0)}))
