# Probes, a line each, to the audit lines that they will cause: KIND NAME PORT. The first line is `until`, the time after which none is a probe's.
BEGIN { print until }
$1 " " $2 == "shut dns" { print "dns", $4, 53 }
$2 == "tls" { print "tls", $4, 443 }
$1 " " $2 == "shut http" || $1 " " $2 == "shut name" { print "http", $4, 80 }
$1 " " $2 == "shut port" { print "kernel", "-", $4 }
