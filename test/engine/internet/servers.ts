import dgram from "node:dgram";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { Readable } from "node:stream";
import type tls from "node:tls";
import type { Certificates } from "./certificates.ts";
import { companyProxy } from "./company-proxy.ts";
import { serveGit } from "./git.ts";
import { serveModels } from "./models.ts";
import type { Sites } from "./sites.ts";

/** Milliseconds a site keeps an idle connection: who closes it early is never the site. Node's own default is 5 seconds. */
const PATIENCE = 600_000;

/**
 * Starts every site of the fake internet. A web site answers who was asked for, so that a client can tell whom it reached;
 * What comes to the forge's ports of ssh goes on to the socket `forge`, where a suite listens or nobody does;
 * `connected` hears the name of each TLS handshake and of each plain request, before anything else is judged; `shown` hears what somebody signs in with, and where.
 * @param repositories the folder where those of the git hosts are
 */
export async function serveSites(
  sites: Sites,
  certificates: Certificates,
  connected: (name: string) => void,
  heard: (name: string, request: string) => void,
  shown: (site: string, authorization: string) => void,
  repositories: string,
  forge: string,
): Promise<void> {
  const web = (address: string) => [
    listen(watched(secureSite(certificates, connected), "https"), 443, address),
    listen(watched(secureSite(certificates, connected), "https"), 8443, address),
    listen(watched(plainSite(connected), "http"), 80, address),
  ];
  const { addresses } = sites;
  const git = serveGit(repositories);
  const watched = (server: http.Server | https.Server, scheme: string) =>
    server.prependListener("request", ({ headers }: http.IncomingMessage) => {
      for (const said of [headers.authorization, headers["proxy-authorization"]])
        if (said) shown(`${scheme}://${headers.host}`, said);
    });
  const banner = () => net.createServer((socket) => reply(socket, "SSH-2.0-fake_internet\r\n"));
  const data = () => net.createServer((socket) => reply(socket, "data\n"));
  await Promise.all([
    ...[
      addresses.shared,
      addresses.other,
      addresses.git,
      addresses.evil,
      addresses.evil6,
      addresses.first,
      addresses.second,
    ].flatMap(web),
    listen(secureSite(certificates, connected, serveModels(heard)), 443, addresses.models),
    listen(watched(secureSite(certificates, connected, git), "https"), 443, addresses.code),
    listen(watched(plainSite(connected, git), "http"), 80, addresses.code),
    listen(banner(), 22, addresses.git),
    listen(banner(), 22, addresses.evil),
    ...[22, 2222].map((port) => listen(passedOn(forge), port, addresses.forge)),
    listen(data(), 53, addresses.evil),
    sink(53, addresses.evil),
    sink(443, addresses.evil),
    sink(9999, addresses.evil),
    ...[addresses.lan, addresses.nas, addresses.printer].map((lan) => listen(plainSite(connected), 80, lan)),
    ...[addresses.lan, addresses.nas].map((lan) => listen(plainSite(connected), 11434, lan)),
    // One of them has TLS as well, for every name: an internal site.
    listen(secureSite(certificates, connected), 443, addresses.nas),
    listen(companyProxy(sites.records), 3128, addresses.lan),
    listen(plainSite(connected), 80, addresses.metadata),
  ]);
}

type Answer = (name: string, request: http.IncomingMessage, response: http.ServerResponse) => void;

const whoWasAsked: Answer = (name, request, response) => {
  if (request.url === "/stream") return stream(response);
  const size = /^\/bytes\/(\d+)$/.exec(request.url ?? "")?.[1];
  if (size) return void Readable.from(zeros(Number(size))).pipe(response);
  response.end(`site=${name} host=${request.headers.host} by=tls\n`);
};

function secureSite(
  certificates: Certificates,
  connected: (name: string) => void,
  answer: Answer = whoWasAsked,
): https.Server {
  const server = https.createServer(
    {
      key: readFileSync(certificates.key),
      cert: readFileSync(certificates.certificate),
      keepAliveTimeout: PATIENCE,
      // With the client's first words, whatever becomes of the handshake.
      SNICallback: (name, done) => {
        connected(name);
        done(null);
      },
    },
    (request, response) => answer((request.socket as tls.TLSSocket).servername || "no name", request, response),
  );
  server.on("request", ({ headers, socket }) => {
    // Another name inside than the one of the handshake.
    if (headers.host !== (socket as tls.TLSSocket).servername) connected(headers.host ?? "no name");
  });
  return server.on("secureConnection", ({ servername }) => {
    if (!servername) connected("no name");
  });
}

/** A download without an end, 3 MB a second: its byte at place n is 7n modulo 251. */
function stream(response: http.ServerResponse): void {
  const block = Buffer.from(Array.from({ length: 251 * 256 }, (_, n) => (7 * n) % 251));
  const timer = setInterval(() => {
    if (!response.writableNeedDrain) response.write(block);
  }, 20);
  response.on("close", () => clearInterval(timer));
}

/** So many bytes, in pieces of 64 KiB. */
function* zeros(size: number): Generator<Buffer> {
  const piece = Buffer.alloc(65536);
  for (let left = size; left > 0; left -= piece.length) yield left < piece.length ? piece.subarray(0, left) : piece;
}

function plainSite(connected: (name: string) => void, answer?: Answer): http.Server {
  const nameOf = ({ headers }: http.IncomingMessage) => headers.host?.replace(/:\d+$/, "") ?? "no name";
  const count = (request: http.IncomingMessage) => connected(nameOf(request));
  const server = http.createServer({ keepAliveTimeout: PATIENCE }, (request, response) => {
    count(request);
    if (answer) return answer(nameOf(request), request, response);
    if (request.url === "/stream") return stream(response);
    response.end(`site=${request.socket.localAddress} host=${request.headers.host} by=http\n`);
  });
  return server.on("upgrade", (request, socket: net.Socket) => {
    count(request);
    // Who asks for a websocket properly gets one; whatever else is asked for is declined.
    const key = request.headers["sec-websocket-key"];
    const line = key
      ? "101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket"
      : "200 OK\r\nContent-Length: 0";
    reply(socket, `HTTP/1.1 ${line}\r\n\r\n`);
  });
}

/** Each connection is one to a socket of this machine. */
function passedOn(path: string): net.Server {
  return net.createServer((socket) => {
    const onward = net.connect(path);
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const)
      one.on("error", () => other.destroy()).pipe(other);
  });
}

function reply(socket: net.Socket, text: string): void {
  // Whoever hangs up first is right.
  socket.on("error", () => socket.destroy());
  socket.write(text);
  socket.resume();
}

function listen(server: net.Server, port: number, address: string): Promise<void> {
  server.on("tlsClientError", (_error, socket: net.Socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });
}

/** A UDP port that takes all and answers nothing; the packets are counted by the kernel. */
function sink(port: number, address: string): Promise<void> {
  const socket = dgram.createSocket("udp4");
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, address, resolve);
  });
}
