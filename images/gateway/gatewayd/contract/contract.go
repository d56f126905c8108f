// Code generated from gateway/contract.ts by gateway/gatewayd-contract.ts; DO NOT EDIT.

// Package contract has the words that gatewayd and the planner both speak.
package contract

// Places in the gateway.
const (
	Run       = "/run/gateway"
	Live      = "/run/gateway/live"
	Policy    = "/var/lib/gateway"
	WayOut    = "/var/lib/gateway-way-out"
	Dial      = "/run/gateway/own/dial/socket"
	Master    = "/run/gateway/own/proxy/master.sock"
	Reference = "/reference"
)

// Users of its daemons.
const (
	UserProxy = 990
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
	SaysBusy      = "an apply is at work"
	SaysShut      = "shut: "
	SaysListening = "listening"
	SaysHeard     = "heard "
	SaysSeen      = "end"
)

// What the canary says of a probe, and how it ends.
const (
	VerdictOk      = "ok"
	VerdictLeak    = "LEAK"
	VerdictDown    = "down"
	VerdictMute    = "mute"
	VerdictUnseen  = "unseen"
	VerdictSent    = "sent"
	StatusProven   = 0
	StatusLeak     = 1
	StatusNoProbe  = 2
	StatusUnproven = 3
)

// What each line of the witness is about.
const (
	LookMount     = "mount"
	LookAt        = "at"
	LookReference = "reference"
	LookLink      = "link"
	LookProcess   = "process"
)

// What else both sides know.
const (
	Format         = 4
	BundleMark     = "==> "
	BundleSpan     = "@"
	BundleDeclared = "policy.json"
	BundleEnd      = "end"
	Everything     = "*"
	LiveName       = "live.invalid"
	AuditLineBytes = 4096
	Commit         = "AGENT_SANDBOX_COMMIT"
	Refused        = "agent-sandbox: refused"
	WayOutFolder   = "way-out"
	Dialled        = 224
	RefusalsFile   = "last"
	RefusalsMost   = 20
)

// Kinds of audit lines, and the sections of a bundle.
var (
	KindsConnections = []string{"tls", "http", "tcp", "lan", "inbound"}
	KindsOwn         = []string{"policy", "grant", "drift", "gateway"}
	BundleSections   = []string{"policy.json", "listeners", "hosts", "names.map", "below.map", "ports.map", "lan.map", "inbound.map", "private.map", "reasons.map", "rules.nft", "haproxy.cfg", "dnsmasq.conf", "resolver.conf"}
)

// Probes are those that the canary knows, and the words that follow each.
var Probes = map[string][]string{
	"shut tcp":      {"ADDRESS", "PORT"},
	"shut udp":      {"ADDRESS", "PORT", "NAME"},
	"shut port":     {"ADDRESS", "PORT"},
	"shut dns":      {"SERVER", "NAME"},
	"shut tls":      {"ADDRESS", "NAME"},
	"shut http":     {"ADDRESS", "NAME"},
	"shut name":     {"ADDRESS", "NAME"},
	"shut datagram": {"ADDRESS", "PORT", "WORD"},
	"open dns":      {"SERVER", "NAME", "ADDRESS"},
	"open tls":      {"ADDRESS", "NAME"},
}

// Rights are what a line of a process tells, in this order.
var Rights = []string{"Uid", "Gid", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "mounts"}

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

// Declared is what gatewayd reads of a policy as data.
type Declared struct {
	Format          int     `json:"format"`
	Client          string  `json:"client"`
	Gateway         string  `json:"gateway"`
	Agent           string  `json:"agent"`
	Vips            string  `json:"vips"`
	EngineResolvers bool    `json:"engineResolvers"`
	UpstreamProxy   bool    `json:"upstreamProxy"`
	Grants          []Grant `json:"grants"`
}

// Grant is one of Declared's grants.
type Grant struct {
	Until string `json:"until"`
	Name  string `json:"name"`
}
