# Turns probes, a line each, into the audit lines that they will cause: KIND NAME PORT. The first line it prints is `until`, the uptime after which
# no line is marked as a probe's.
BEGIN { print until }
$1 " " $2 == "shut dns" { print "dns", $4, 53 }
$2 == "tls" { print "tls", $4, 443 }
$1 " " $2 == "shut http" || $1 " " $2 == "shut name" { print "http", $4, 80 }
$1 " " $2 == "shut port" { print "kernel", "-", $4 }
