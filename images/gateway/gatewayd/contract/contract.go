// Code generated from gateway/contract.ts by gateway/gatewayd-contract.ts; DO NOT EDIT.

// Package contract has the words that gatewayd and the planner both speak.
package contract

// Places in the gateway.
const (
	Run       = "/run/gateway"
	Live      = "/run/gateway/live"
	Policy    = "/var/lib/gateway"
	Audit     = "/var/lib/gateway-audit"
	WayOut    = "/var/lib/gateway-way-out"
	Dial      = "/run/gateway/own/dial/socket"
	Master    = "/run/gateway/own/proxy/master.sock"
	Refusals  = "/var/lib/gateway-refusals"
	Programs  = "/usr/local/lib/gateway"
	Reference = "/reference"
)

// Users of its daemons.
const (
	UserProxy    = 990
	UserDns      = 991
	UserResolver = 992
	UserLog      = 993
	UserDial     = 994
)

// What it listens on.
const (
	PortDns      = 53
	PortHttp     = 80
	PortTls      = 443
	PortResolver = 5353
)

// Variables that it is started with.
const (
	EnvironmentClient       = "CLIENT"
	EnvironmentInnerAddress = "INNER_ADDRESS"
	EnvironmentBridge       = "BRIDGE"
)

// What it says.
const (
	SaysLive      = "policy HASH live"
	SaysDrift     = "drift: "
	SaysShut      = "shut: "
	SaysListening = "listening"
	SaysHeard     = "heard "
	SaysSeen      = "end"
)

// What else both sides know.
const (
	Format         = 3
	LiveName       = "live.invalid"
	AuditLineBytes = 4096
	Commit         = "AGENT_SANDBOX_COMMIT"
	RefusalsFile   = "last"
	RefusalsMost   = 20
)

// Kinds of audit lines.
var (
	KindsConnections = []string{"tls", "http", "tcp", "lan", "inbound"}
	KindsRefusals    = []string{"dns", "kernel"}
	KindsOwn         = []string{"policy", "grant", "drift", "gateway"}
	KindsWishes      = []string{"request"}
)

// Line is one line of the audit.
type Line struct {
	Time    string `json:"time"`
	Client  string `json:"client"`
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Address string `json:"address"`
	Port    int    `json:"port"`
	Verdict string `json:"verdict"`
	Reason  string `json:"reason"`
	Up      int    `json:"up"`
	Down    int    `json:"down"`
	Ms      int    `json:"ms"`
	Count   int    `json:"count,omitempty"`
	Commit  string `json:"commit,omitempty"`
	Dirty   bool   `json:"dirty,omitempty"`
	Probe   bool   `json:"probe,omitempty"`
}
