import type { TechniqueClass } from "../technique.ts";

/** Too much of something, by the agent's own user: the gateway stays up, and other clients notice nothing. */
export const floods: TechniqueClass = {
  name: "a flood",
  judged: "harm",
  as: ["dev"],
  alone: true,
  rows: [
    ["flood-connections", "of connections that say nothing", "hold(1500, 443)"],
    ["flood-http", "of connections to the port of HTTP", "hold(1500, 80, get('allowed.test')[:20].encode())"],
    ["flood-established", "of connections to an allowed site", "hold(300, 443, record(message('allowed.test')))"],
    ["flood-slow", "of slow requests", "drip(300, 80, 'GET / HTTP/1.1\\r\\nX: ' + 'y' * 100)"],
    ["flood-slow-body", "of slow bodies", "drip(100, 80, post('allowed.test', ['Content-Length: 100000'], 'x' * 100))"],
    ["flood-slow-tls", "of slow handshakes", "drip(300, 443, record(message('allowed.test')))"],
    ["flood-handshakes", "of refused handshakes", "handshakes()"],
    ["flood-log", "of refused requests, each a line of the log", "refusals()"],
    ["flood-dns", "of questions", "questions()"],
    ["flood-dns-tcp", "of connections to the resolver", "hold(500, 53, to=GATEWAY)"],
    ["flood-packets", "of packets that the rules refuse and log", "closed_ports()"],
    ["flood-headers", "of headers too large", "repeat(lambda: http(get('allowed.test', '/', 'X: ' + 'y' * 60000)), 2)"],
    [
      "flood-resets",
      "of connections reset at once",
      "import socket, struct; got = repeat(lambda: tcp(VIP, 443, setup=lambda s: s.setsockopt(1, 13, struct.pack('ii', 1, 0)), wait=0.001), 2)",
    ],
  ],
};

/** The same with the power over packets. */
export const packetFloods: TechniqueClass = {
  name: "a flood of frames",
  judged: "harm",
  as: ["admin"],
  alone: true,
  rows: [
    ["flood-syn", "of half connections from addresses that are not there", "syns()"],
    ["flood-fragments", "of halves of packets", "fragments()"],
    ["flood-machines", "from machines that are not there", "machines()"],
  ],
};
