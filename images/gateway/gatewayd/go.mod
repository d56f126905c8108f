module gatewayd

go 1.24
