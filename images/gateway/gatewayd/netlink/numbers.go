package netlink

import "syscall"

// Numbers of the kernel's that package syscall does not have. Those that say what of an answer stays the same are in form.go.

// Protocols of netlink (linux/netlink.h).
const (
	netfilter = 12
	sockDiag  = 4
)

// Options of a socket of netlink's: NETLINK_ADD_MEMBERSHIP, NETLINK_GET_STRICT_CHK.
const (
	solNetlink                 = 270
	addMembership, strictCheck = 1, 12
)

// dumpInterrupted (NLM_F_DUMP_INTR) marks a piece of an answer that changed while the kernel gave it.
const dumpInterrupted = 0x10

// Messages of nftables (linux/netfilter/nfnetlink.h, nf_tables.h). What is asked for is one more than what is answered.
const (
	nftables      = 10 << 8
	newTable      = nftables | 0
	newChain      = nftables | 3
	newRule       = nftables | 6
	newSet        = nftables | 9
	newElements   = nftables | 12
	newGeneration = nftables | 15
	getGeneration = nftables | 16
	newObject     = nftables | 18
	newFlowtable  = nftables | 22
)

// Their attributes.
const (
	// A table's name, in a message of any kind; in that of the table itself as well.
	inTable = 1
	// A set's name and flags, and of those that packets put its elements into it (NFT_SET_EVAL).
	setName, flagsOfSet, byPackets = 2, 3, 0x20
	// The elements of a set.
	setElements = 3
	// Of the message that ends a change: how many there were, and whose it was.
	generationNumber, byPid, byName = 1, 2, 3
)

// Messages of packets that a rule logged (linux/netfilter/nfnetlink_log.h).
const (
	logPacket, logConfig = 4<<8 | 0, 4<<8 | 1
	logPayload, logTitle = 9, 10
	configCommand, bind  = 1, 1
	configMode           = 2
	configTimeout        = 4
	copyPacket           = 2
)

// Questions of NETLINK_ROUTE (linux/rtnetlink.h).
const (
	getRoutingRule = 34
	getQueue       = 38
	getFilter      = 46
	getForwarding  = 82
)

// Attributes of links and queues (linux/if_link.h, rtnetlink.h).
const (
	linkName, linkMaster = 3, 10
	// How much of a link is asked for, and that it is all but its statistics: half of what is told of one.
	linkExtent, withoutStatistics = 29, 1 << 3
	// A queue's kind, and the one that has no filters: a veth's own.
	queueKind, noQueue = 1, "noqueue"
	// Where a queue of what arrives has its filters: each way its own (TC_H_MIN_INGRESS, TC_H_MIN_EGRESS).
	arriving, leaving = 0xfff2, 0xfff3
)

// The one question of NETLINK_SOCK_DIAG (linux/sock_diag.h), and states of the kernel's: TCP_LISTEN, and TCP_CLOSE, which a datagram's socket is in that is not connected.
const (
	diagByFamily           = 20
	listening, unconnected = 10, 7
)

// Groups that are told of changes.
const (
	groupRules = 7
	groupLinks = 1
)

// routing are the groups of NETLINK_ROUTE that tell of what an engine gives a network namespace: links, queues (4), addresses (5, 9), routes (7, 11), rules of routing (8, 19), and
// forwarding and its like (24, 25). Not of neighbours (3), which come and go with the agent's packets.
var routing = []int{groupLinks, 4, 5, 9, 7, 11, 8, 19, 24, 25}

// What is before the attributes of an answer: ifinfomsg, rtmsg, tcmsg.
const (
	sizeOfLink  = syscall.SizeofIfInfomsg
	sizeOfRoute = syscall.SizeofRtMsg
	sizeOfQueue = 20
)
