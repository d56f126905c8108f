import http from "node:http";
import net from "node:net";
import { recordOf, type Sites } from "./sites.ts";

/** Who signs in to the company's proxy. */
export const SIGN_IN = { username: "acme", password: "s3cret" };

/**
 * A company's proxy, as squid is set up by its distributions: a tunnel (CONNECT) to ports of TLS and ssh, a request that names its site whole to any; nothing for who has not signed in. It
 * resolves names itself, and takes them where their owners point them.
 */
export function companyProxy(records: Sites["records"]): http.Server {
  const expected = `Basic ${Buffer.from(`${SIGN_IN.username}:${SIGN_IN.password}`).toString("base64")}`;
  const isIn = ({ headers }: http.IncomingMessage) => headers["proxy-authorization"] === expected;
  const server = http.createServer((request, response) => {
    if (!isIn(request)) return void response.writeHead(407, { "proxy-authenticate": "Basic" }).end();
    const url = URL.parse(request.url ?? "");
    const host = url && recordOf(url.hostname, records)?.a[0];
    if (!url || !host) return void response.writeHead(503).end();
    const { "proxy-authorization": _own, ...headers } = request.headers;
    const onward = http.request(
      { host, port: url.port || 80, path: `${url.pathname}${url.search}`, method: request.method, headers },
      (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 502, { ...answer.headers, via: "1.1 company" })),
    );
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  return server.on("connect", (request: http.IncomingMessage, socket: net.Socket, first: Buffer) => {
    socket.on("error", () => socket.destroy());
    const [name = "", port] = (request.url ?? "").split(":");
    const host = recordOf(name, records)?.a[0];
    if (!isIn(request))
      return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n");
    if (!host || !["22", "443"].includes(port ?? "")) return void socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    const onward = net.connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\nVia: 1.1 company\r\n\r\n");
      onward.write(first);
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
  });
}
