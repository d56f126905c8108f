import type { Admission } from "../admission.ts";
import { AUDIT_LINE_BYTES, DIALLED, GATEWAY, type Kind, PORTS, REFUSED, SANDBOX } from "../contract.ts";
import type { GatewayInput, Inbound, UpstreamProxy } from "../gateway-policy.ts";
import { auditFormat, errorFormat } from "../log-format.ts";
import { PRIVATE_DOMAINS } from "../private.ts";
import type { ReasonWord } from "../reasons.ts";
import { LABELS, requestForm } from "../request-grammar.ts";

/**
 * The proxy: reads the name (443: SNI, 80: Host, other ports: the virtual address), judges it, resolves it itself, judges
 * the address, dials. Which line of the policy allowed a connection is kept in a table as long as it lasts, so that it can be
 * cut when the line goes.
 */
export function renderHaproxy(input: GatewayInput, admission: Admission): string[] {
  const { client, addresses } = input;
  const { tcp, lan, inbound } = admission;
  return [
    ...GLOBAL,
    ...tlsFrontend(input, admission),
    ...httpFrontend(client),
    ...(tcp.length === 0 ? [] : tcpFrontend(input, tcp)),
    ...(lan.length === 0 ? [] : lanFrontend(client, lan)),
    ...(inbound.length === 0 ? [] : inboundFrontend(client, inbound, addresses.agent)),
    ...BACKENDS,
    ...(input.upstreamProxy ? ["backend way-out", "  mode tcp", wayOut("tunnel", "sess", input.upstreamProxy)] : []),
    ...webBackend(input, admission),
    ...(inbound.length === 0 ? [] : agentBackend(addresses.agent)),
  ];
}

const GLOBAL = [
  "global",
  // Maps are beside this file, so a bundle can be checked before it is live.
  "  default-path config",
  `  log stdout len ${AUDIT_LINE_BYTES} format raw local0`,
  // 2,000 connections with both buffers full are 64 MiB: half of the gateway's memory.
  "  maxconn 2000",
  "  no strict-limits",
  // Reads handshakes. In MiB: 2,000 connections took 4 (3.0), and one that finds no room is refused.
  `  lua-load ${GATEWAY.programs}/hello.lua`,
  "  tune.lua.maxmem 16",
  "  nbthread 1",
  // Bytes of a long answer go through the kernel's pipes and are not copied (option splice-auto below): 1 GiB took 0.35 s of processor instead of 1.2 (3.0, 6.18). A pipe that a slow
  // reader leaves full is memory of the gateway's, 8 MiB all together; whoever finds none is copied.
  "  tune.pipesize 524288",
  "  maxpipes 16",
  // A reload leaves the old process to its open connections; after this many it is told to end.
  "  mworker-max-reloads 8",
  "defaults",
  "  log global",
  "  option splice-auto",
  "  timeout connect 5s",
  "  timeout client 1h",
  "  timeout server 1h",
  "  timeout tunnel 1h",
  "  timeout client-fin 10s",
  "  timeout server-fin 10s",
  "  timeout http-request 10s",
  "  timeout http-keep-alive 60s",
  // One address is tried; a retry would only add haproxy's second of pause before the client hears of it.
  "  retries 0",
  "resolvers upstream",
  `  nameserver local 127.0.0.1:${PORTS.resolver}`,
  "  resolve_retries 2",
  "  timeout resolve 1s",
  "  timeout retry 1s",
  "  accepted_payload_size 4096",
  ...["valid", "nx", "other", "timeout", "refused"].map((answer) => `  hold ${answer} 1s`),
];

const BACKENDS = [
  // Keys are `client address:port/kind/line`; one in use never goes. A server a line would say the same, but 10,000 names took
  // 100 MB and 33 s to read (3.0).
  "backend lines",
  "  stick-table type string len 320 size 8k expire 10s",
  "backend stream",
  "  mode tcp",
  "  server dialled 0.0.0.0:0",
];

/** How a protocol's rules say yes and no. */
interface Verbs {
  /** The rule set, `tcp-request content` or `http-request`. */
  rule: string;
  /** Variables live as long as what is judged: a connection, or a request. A second one on a connection would find none. */
  scope: "sess" | "txn";
  /** The refusal, with the status that a web client sees. */
  refuse: (status: number) => string;
}

const TCP: Verbs = { rule: "tcp-request content", scope: "sess", refuse: () => "tcp-request content reject" };

const HTTP: Verbs = {
  rule: "http-request",
  scope: "txn",
  refuse: (status) =>
    `http-request deny deny_status ${status} content-type text/plain lf-string "${REFUSED} (%[var(txn.reason)])\\n"`,
};

/** A reason of the audit, as the proxy's rules write a text. */
function because(word: ReasonWord): string {
  return `str(${word})`;
}

function tlsFrontend({ client, web, upstreamProxy }: GatewayInput, admission: Admission): string[] {
  const some = hasDeclared(admission);
  return [
    "frontend tls",
    "  mode tcp",
    "  bind 0.0.0.0:443",
    ...auditFormat(client, "tls", "sess", "443"),
    "  tcp-request inspect-delay 5s",
    `  tcp-request content set-var(sess.reason) ${because("no-sni")}`,
    "  tcp-request content set-var(sess.name) req.ssl_sni,lower if { req.ssl_hello_type 1 }",
    ...oneName(),
    `  tcp-request content set-var(sess.reason) ${because("domain")} if { var(sess.name) -m found }`,
    // Bytes that no name has: a wildcard fits `evil.test\\0.wild.test` as well, which is read again elsewhere.
    "  tcp-request content reject if { var(sess.name) -m found } !{ var(sess.name) -m len 1:253 }",
    `  tcp-request content reject if { var(sess.name) -m found } !{ var(sess.name) -m reg '^${LABELS.replaceAll("A-Z", "")}$' }`,
    "  tcp-request content reject if { req.ssl_hello_type 1 } !{ req.ssl_sni -m found }",
    "  tcp-request content reject if !{ req.ssl_hello_type 1 }",
    ...judgeName(TCP, 443, { web, some }),
    ...dial(TCP, "int(443)", { some, upstreamProxy }),
    ...allow(TCP, "tls"),
    ...(some && upstreamProxy ? [`  use_backend stream if ${isDeclared("sess")}`] : []),
    `  default_backend ${upstreamProxy ? "way-out" : "stream"}`,
  ];
}

/** A handshake has one name, for every reader: haproxy reads the first of several, a site may read another (images/gateway/hello.lua). */
function oneName(): string[] {
  return [
    `  tcp-request content set-var(sess.reason) ${because("bad-hello")} if { var(sess.name) -m found }`,
    "  tcp-request content set-var(sess.one) lua.one_name,lower if { req.ssl_sni -m found }",
    "  tcp-request content reject if { req.ssl_sni -m found } !{ var(sess.one),strcmp(sess.name) eq 0 }",
  ];
}

/** The bytes are judged, then haproxy reads them as a request: one a connection, so there is none that came unjudged. */
function httpFrontend(client: string): string[] {
  return [
    "frontend http",
    "  mode tcp",
    "  bind 0.0.0.0:80",
    ...auditFormat(client, "http", "txn", "80"),
    ...errorFormat(client, "http", "80"),
    "  tcp-request inspect-delay 10s",
    `  tcp-request content set-var(txn.reason) ${because("bad-request")}`,
    // Waits for the head's end, however that is written; what does not begin as a request has none.
    "  tcp-request content reject if !{ req.payload(0,0) -m reg '^[^A-Z]|\\n\\r?\\n' }",
    // What is looked for in a payload, and not there, is waited for; a variable is what it is.
    "  tcp-request content set-var(txn.head) req.payload(0,0)",
    ...requestForm("var(txn.head)").map((form) => `  tcp-request content reject if !${form}`),
    "  tcp-request content unset-var(txn.head)",
    "  tcp-request content switch-mode http proto h1",
    "  default_backend web",
  ];
}

/** What the proxy reads of a request that has the form. A frontend that begins as TCP has no rules for requests. */
function webBackend({ web, upstreamProxy }: GatewayInput, admission: Admission): string[] {
  const some = hasDeclared(admission);
  const refuse = (condition: string) => `  ${HTTP.refuse(400)} if ${condition}`;
  return [
    "backend web",
    "  mode http",
    "  option httpclose",
    "  http-request set-var(txn.name) req.hdr(host),host_only,lower",
    refuse("HTTP_1.0 { req.fhdr_cnt(transfer-encoding) gt 0 }"),
    // Connection names headers that the next hop drops: only those that are about the connection.
    refuse(
      "{ req.fhdr_cnt(connection) gt 0 } !{ req.fhdr(connection) -m reg -i '^(close|keep-alive|upgrade|te|,| )*$' }",
    ),
    ...judgeName(HTTP, 80, { web, some }),
    "  http-request del-header proxy-connection",
    ...dial(HTTP, "int(80)", { some, upstreamProxy }),
    ...allow(HTTP, "http"),
    // The option above is the backend's and closes towards the site; a frontend that begins as TCP has none (3.0).
    "  http-after-response set-header connection close if !{ status 101 }",
    ...(upstreamProxy ? bySite(upstreamProxy, some) : ["  server dialled 0.0.0.0:0"]),
  ];
}

/** A request to a proxy names its site whole, as it was judged; who signs in to the proxy is the gateway, and never its client. */
function bySite(upstreamProxy: UpstreamProxy, some: boolean): string[] {
  const found = some ? ` if !${isDeclared("txn")}` : "";
  return [
    `  http-request del-header proxy-authorization${found}`,
    `  http-request set-uri http://%[var(txn.name)]%[pathq]${found}`,
    // A client that is asked to sign in would look for a proxy of its own.
    `  http-response deny deny_status 502 content-type text/plain string "agent-sandbox: the company's proxy wants another sign-in\\n" if { status 407 }`,
    // A connection says whose it is when it begins.
    "  http-reuse never",
    ...(some ? [`  use-server dialled if ${isDeclared("txn")}`, "  server dialled 0.0.0.0:0 weight 0"] : []),
    wayOut("http", "txn", upstreamProxy),
  ];
}

/** Who dials the company's proxy is told by whom, and whom for (images/gateway/gatewayd/dial). */
function wayOut(how: "tunnel" | "http", scope: Verbs["scope"], { address, port }: UpstreamProxy): string {
  return `  server way-out unix@${GATEWAY.dial} send-proxy-v2 set-proxy-v2-tlv-fmt(${DIALLED}) "${how} ${address}:${port} %[var(${scope}.name)]:%[fc_dst_port]"`;
}

function tcpFrontend({ client, upstreamProxy }: GatewayInput, tcp: Admission["tcp"]): string[] {
  return [
    "frontend tcp",
    "  mode tcp",
    ...tcp.map(({ vip, port, host }) => `  bind ${vip}:${port} # ${host}`),
    ...auditFormat(client, "tcp", "sess", "%[fc_dst_port]"),
    // Time for the name to be resolved: the client waits for the server's first word.
    "  tcp-request inspect-delay 5s",
    "  tcp-request content set-var-fmt(sess.place) %[fc_dst]:%[fc_dst_port]",
    "  tcp-request content set-var(sess.entry) var(sess.place),map_str(ports.map)",
    `  tcp-request content set-var(sess.reason) ${because("port")}`,
    "  tcp-request content reject if !{ var(sess.entry) -m found }",
    "  tcp-request content set-var(sess.name) var(sess.entry)",
    "  tcp-request content set-var-fmt(sess.rule) %[var(sess.name)]:%[fc_dst_port]",
    ...dial(TCP, "fc_dst_port", { some: false, upstreamProxy }),
    ...allow(TCP, "tcp"),
    `  default_backend ${upstreamProxy ? "way-out" : "stream"}`,
  ];
}

/** Declared addresses are dialled as they are: no name is resolved, private ranges are what they are for. */
function lanFrontend(client: string, lan: Admission["lan"]): string[] {
  return [
    "frontend lan",
    "  mode tcp",
    ...lan.map(({ vip, port, name }) => `  bind ${vip}:${port} # ${name}`),
    ...auditFormat(client, "lan", "sess", "%[fc_dst_port]"),
    ...declared("lan.map", "%[fc_dst]:%[fc_dst_port]"),
    ...allow(TCP, "lan"),
    "  default_backend stream",
  ];
}

function inboundFrontend(client: string, inbound: readonly Inbound[], agent: string): string[] {
  return [
    `frontend inbound # to ${agent}`,
    "  mode tcp",
    ...inbound.map(({ port }) => `  bind 0.0.0.0:${port}`),
    ...auditFormat(client, "inbound", "sess", "%[fc_dst_port]"),
    ...declared("inbound.map", "%[fc_dst_port]"),
    ...allow(TCP, "inbound"),
    "  default_backend agent",
  ];
}

/**
 * The agent's server at its own address, else one that listens on loopback alone, by way of `serve-loopback`. SOCKS says whether anybody is there before the
 * connection counts as made, so that `unreachable` is told of the one as of the other (3.0: SC for both, and no pause between the two).
 */
function agentBackend(agent: string): string[] {
  return [
    "backend agent",
    "  mode tcp",
    "  retries 1",
    "  option redispatch 1",
    "  use-server direct if TRUE",
    "  server direct 0.0.0.0:0",
    `  server loopback 0.0.0.0:0 socks4 ${agent}:${SANDBOX.loopbackPort}`,
  ];
}

/** Where a map says whole what is dialled: `key address:port:name`. */
function declared(map: string, key: string): string[] {
  return [
    `  tcp-request content set-var-fmt(sess.place) ${key}`,
    `  tcp-request content set-var(sess.entry) var(sess.place),map_str(${map})`,
    `  tcp-request content set-var(sess.reason) ${because("port")}`,
    "  tcp-request content reject if !{ var(sess.entry) -m found }",
    "  tcp-request content set-var(sess.name) var(sess.entry),field(3,:)",
    "  tcp-request content set-var(sess.rule) var(sess.entry)",
    "  tcp-request content set-var(sess.address) var(sess.entry),field(1,:)",
    "  tcp-request content set-dst var(sess.address)",
    "  tcp-request content set-dst-port var(sess.entry),field(2,:)",
  ];
}

/** Whether names are declared with their addresses: names.map has the address third, and rules for such names are there only then. */
function hasDeclared({ names }: Admission): boolean {
  return names.some(({ at }) => at !== undefined);
}

/** True of a name that is declared with its address. */
function isDeclared(scope: Verbs["scope"]): string {
  return `{ var(${scope}.at) -m len 1:15 }`;
}

/** The name is declared (exact before wildcard), on this port, and was asked for at the address it was given. */
function judgeName(verbs: Verbs, port: number, { web, some }: { web: boolean; some: boolean }): string[] {
  const { rule, scope, refuse } = verbs;
  return [
    `  ${rule} set-var(${scope}.rule) var(${scope}.name)`,
    `  ${rule} set-var(${scope}.entry) var(${scope}.name),map_str(names.map)`,
    ...(some
      ? [
          `  ${rule} set-var(${scope}.at) var(${scope}.entry),field(3,:) if { var(${scope}.entry) -m found }`,
          // The address is part of the line: a connection to the one before is cut when another is declared.
          `  ${rule} set-var-fmt(${scope}.rule) %[var(${scope}.name)]@%[var(${scope}.at)] if ${isDeclared(scope)}`,
        ]
      : []),
    ...(web ? publicName(verbs, some) : []),
    `  ${rule} set-var(${scope}.rule) var(${scope}.name),map_end(below.map),field(3,:) if !{ var(${scope}.entry) -m found }`,
    `  ${rule} set-var(${scope}.entry) var(${scope}.name),map_end(below.map) if !{ var(${scope}.entry) -m found }`,
    ...(web ? anyName(verbs) : []),
    `  ${rule} set-var(${scope}.reason) ${because("domain")}`,
    `  ${refuse(403)} if !{ var(${scope}.entry) -m found }`,
    `  ${rule} set-var(${scope}.reason) ${because("port")}`,
    `  ${refuse(403)} if !{ var(${scope}.entry),field(2,:) -m reg '(^|,)${port}(,|$)' }`,
    `  ${rule} set-var(${scope}.reason) ${because("vip-mismatch")}`,
    `  ${rule} set-var-fmt(${scope}.vip) %[fc_dst]`,
    `  ${refuse(403)} if !{ var(${scope}.entry),field(1,:),strcmp(${scope}.vip) eq 0 }`,
  ];
}

/** Where every name is open, it has to be one: two labels at least, no address in any form, and not private by definition unless it is declared. */
function publicName({ rule, scope, refuse }: Verbs, some: boolean): string[] {
  const name = `var(${scope}.name)`;
  const andNotDeclared = some ? ` !${isDeclared(scope)}` : "";
  return [
    `  ${rule} set-var(${scope}.reason) ${because("domain")}`,
    `  ${refuse(403)} if !{ ${name} -m len 3:253 } or !{ ${name} -m reg '^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?[.])+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$' }`,
    `  ${refuse(403)} if { ${name} -m end ${PRIVATE_DOMAINS.map((domain) => `.${domain}`).join(" ")} }${andNotDeclared} or { ${name} -m str ${PRIVATE_DOMAINS.filter((domain) => domain.includes(".")).join(" ")} }`,
  ];
}

/** The last line of below.map, `.`: what no other line has. */
function anyName({ rule, scope }: Verbs): string[] {
  return [
    `  ${rule} set-var(${scope}.rule) str(.) if !{ var(${scope}.entry) -m found }`,
    `  ${rule} set-var(${scope}.entry) str(.),map_end(below.map) if !{ var(${scope}.entry) -m found }`,
  ];
}

/**
 * The name's own address, asked of the upstream resolver now, and never a private one; or the one that is declared, of which no resolver is asked. Behind a company's
 * proxy it is the proxy that knows the address, so that there is none to judge here.
 * @param some whether a name could have one that is declared
 */
function dial(
  { rule, scope, refuse }: Verbs,
  port: string,
  { some, upstreamProxy }: { some: boolean; upstreamProxy: UpstreamProxy | undefined },
): string[] {
  const toDeclared = some
    ? [
        `  ${rule} set-var(${scope}.address) var(${scope}.at) if ${isDeclared(scope)}`,
        `  ${rule} set-dst var(${scope}.at) if ${isDeclared(scope)}`,
      ]
    : [];
  const toPort = `  ${rule} set-dst-port ${port}`;
  if (upstreamProxy)
    return [
      `  ${rule} set-var(${scope}.address) str(${upstreamProxy.address})`,
      ...(some ? [...toDeclared, toPort] : []),
    ];
  const found = some ? ` if !${isDeclared(scope)}` : "";
  const andFound = some ? ` !${isDeclared(scope)}` : "";
  return [
    `  ${rule} do-resolve(${scope}.ip,upstream,ipv4) var(${scope}.name)${found}`,
    `  ${rule} set-var(${scope}.reason) ${because("no-dns")}`,
    // `ipv4` is only a wish (3.0): a name without one would be dialled by its IPv6 address, which no private range here fits.
    `  ${refuse(503)} if !{ var(${scope}.ip) -m found }${andFound} or !{ var(${scope}.ip) -m reg '^[0-9.]+$' }${andFound}`,
    `  ${rule} set-var(${scope}.address) var(${scope}.ip)${found}`,
    `  ${rule} set-var(${scope}.reason) ${because("private-address")}`,
    `  ${refuse(403)} if { var(${scope}.ip),map_ip(private.map) -m found }`,
    `  ${rule} set-dst var(${scope}.ip)${found}`,
    ...toDeclared,
    toPort,
  ];
}

/** The verdict, and the line it stands on. */
function allow({ rule, scope }: Verbs, kind: Kind): string[] {
  return [
    `  ${rule} set-var-fmt(${scope}.line) %[fc_src]:%[fc_src_port]/${kind}/%[var(${scope}.rule)]`,
    `  ${rule} track-sc0 var(${scope}.line) table lines`,
    `  ${rule} set-var(${scope}.verdict) str(allow)`,
    `  ${rule} set-var(${scope}.reason) ${because("allowed")}`,
  ];
}
