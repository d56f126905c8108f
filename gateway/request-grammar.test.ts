import { readFileSync } from "node:fs";
import { planAdmission } from "./admission.ts";
import type { GatewayInput } from "./gateway-policy.ts";
import { renderHaproxy } from "./render/haproxy.ts";
import { requestForm } from "./request-grammar.ts";

const input: GatewayInput = {
  client: "acme",
  destinations: [{ host: "wild.test", subdomains: true, ports: [80, 443], origin: "client" }],
  grants: [],
  endpoints: [],
  inbound: [],
  resolvers: [],
  web: false,
  hostAddresses: [],
  addresses: { gateway: "10.208.0.2", agent: "10.208.0.3", vips: "10.208.0.128/25", host: "10.208.1.1" },
};
const lines = renderHaproxy(input, planAdmission(input));

/** The regular expression of the one rule that says so; haproxy's own escapes are those of JavaScript here. */
function expression(rule: string): RegExp {
  const found = lines.filter((line) => line.includes(rule));
  expect(found).toHaveLength(1);
  return new RegExp(/-m reg '([^']*)'/.exec(found[0]!.slice(found[0]!.indexOf(rule)))![1]!);
}

describe("a name is one before it is looked for in the policy", () => {
  const odd = [
    "evil.test\0.wild.test",
    ".wild.test",
    "a..wild.test",
    "a.wild.test.",
    "a.wild.test ",
    "a\n.wild.test",
    "á.wild.test",
    "",
  ];
  const fine = ["a.wild.test", "_dmarc.a-b.wild.test", "xn--bcher-kva.wild.test"];

  test("in a handshake", () => {
    const name = expression("!{ var(sess.name) -m reg");
    expect(odd.filter((text) => name.test(text))).toEqual([]);
    expect(fine.filter((text) => !name.test(text))).toEqual([]);
    const at = (part: string) => lines.findIndex((line) => line.includes(part));
    expect(at("!{ var(sess.name) -m reg")).toBeLessThan(at("var(sess.name),map_str(names.map)"));
  });
});

test("a handshake is read whole before its name is looked for: the reader is in the image, and what it does not read is refused", () => {
  const at = (part: string) => lines.findIndex((line) => line.includes(part));
  const refuses = "reject if { req.ssl_sni -m found } !{ var(sess.one),strcmp(sess.name) eq 0 }";
  expect(at("set-var(sess.name) req.ssl_sni")).toBeLessThan(at("set-var(sess.one) lua.one_name"));
  expect(at("set-var(sess.one) lua.one_name")).toBeLessThan(at(refuses));
  expect(at(refuses)).toBeLessThan(at("var(sess.name),map_str(names.map)"));
  const [, file] = /lua-load \/usr\/local\/lib\/gateway\/(\S+)/.exec(lines[at("lua-load")]!)!;
  expect(readFileSync(`images/gateway/${file}`, "utf8")).toContain('core.register_fetches("one_name"');
  expect(readFileSync("images/gateway/Dockerfile", "utf8")).toMatch(
    new RegExp(`^COPY .*\\b${file} .*/usr/local/lib/gateway/$`, "m"),
  );
});

/** What the proxy says of these bytes, by the rules it reads them with; haproxy's regular expressions are JavaScript's here. */
function hasForm(request: string): boolean {
  const conditions = requestForm("var(txn.head)").map(
    (text) => /^{ var\(txn\.head\) -m reg (-i )?'([^']*)' }$/.exec(text)!,
  );
  return conditions.every(([, caseless, expression]) => new RegExp(expression!, caseless ? "i" : "").test(request));
}

describe("a request on port 80 has one form", () => {
  const head = (...lines: string[]) => lines.map((line) => `${line}\r\n`).join("");
  const get = (...headers: string[]) => head("GET / HTTP/1.1", "Host: a.wild.test", ...headers, "");

  test.each([
    ["as curl writes it", get("User-Agent: curl/8.5.0", "Accept: */*")],
    [
      "as apt writes it",
      head("GET /a?b=c HTTP/1.1", "Host: A.Wild.Test:80", "User-Agent: Debian APT-HTTP/1.3 (2.6.1; x_y)", ""),
    ],
    [
      "with a body and what looks like a head in it",
      `${get("content-length: 30")}GET / HTTP/1.1\r\nHost: b\r\nHost: c\r\n`,
    ],
    ["in chunks", `${get("Transfer-Encoding: Chunked")}1\r\nx\r\n0\r\n\r\n`],
    ["a websocket's", get("Connection: Upgrade", "Upgrade: WebSocket", "Sec-WebSocket-Key: x==")],
    ["empty values, tabs and other letters in them", get("X:", "Y:\ta\tb  c\td ", "Z: é")],
    ["HTTP/1.0", head("HEAD / HTTP/1.0", "Host:a.wild.test", "")],
    ["a length of nothing", get("Content-Length: 0")],
  ])("%s", (_how, request) => expect(hasForm(request)).toBe(true));

  test.each([
    ["no end", head("GET / HTTP/1.1", "Host: a.wild.test")],
    ["lines that end in LF", get().replaceAll("\r", "")],
    ["one line that ends in LF", get("X: y\nZ: z")],
    ["a head that ends in LF", get().slice(0, -2).concat("\n")],
    ["a bare CR", get("X: y\rZ: z")],
    ["an empty line first", `\r\n${get()}`],
    ["tabs in the first line", head("GET\t/\tHTTP/1.1", "Host: a.wild.test", "")],
    ["two spaces in the first line", head("GET  / HTTP/1.1", "Host: a.wild.test", "")],
    ["another version", head("GET / HTTP/2.0", "Host: a.wild.test", "")],
    ["a whole address", head("GET http://b.test/ HTTP/1.1", "Host: a.wild.test", "")],
    ["a method in small letters", head("get / HTTP/1.1", "Host: a.wild.test", "")],
    ["CONNECT", head("CONNECT / HTTP/1.1", "Host: a.wild.test", "")],
    ["TRACE", head("TRACE / HTTP/1.1", "Host: a.wild.test", "")],
    ["HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["no Host", head("GET / HTTP/1.1", "X-Host: a.wild.test", "")],
    ["two Hosts", get("host: b.test")],
    ["a Host of no name", head("GET / HTTP/1.1", "Host: ", "")],
    ["a Host with a dot at its end", head("GET / HTTP/1.1", "Host: a.wild.test.", "")],
    ["a Host with another port", head("GET / HTTP/1.1", "Host: a.wild.test:8080", "")],
    ["a Host with an empty port", head("GET / HTTP/1.1", "Host: a.wild.test:", "")],
    ["a Host that is too long", head("GET / HTTP/1.1", `Host: ${"a".repeat(250)}.test`, "")],
    ["a Host with a zero byte", head("GET / HTTP/1.1", "Host: evil.test\0.wild.test", "")],
    ["a Host of two", head("GET / HTTP/1.1", "Host: a.wild.test, b.test", "")],
    ["a Host in other letters", head("GET / HTTP/1.1", "Host: á.wild.test", "")],
    ["a folded line", get("X: y", " z")],
    ["a first header behind a space", head("GET / HTTP/1.1", " X: y", "Host: a.wild.test", "")],
    ["a space before a colon", get("X : y")],
    ["an underscore in a header's name", get("X_Y: z")],
    ["a header without a name", get(": y")],
    ["a header without a colon", get("y")],
    ["a control byte", get("X: \x07")],
    ["a length and chunks", get("Content-Length: 5", "Transfer-Encoding: chunked")],
    ["chunks and a length", get("Transfer-Encoding: chunked", "X: y", "Content-Length: 0")],
    ["two lengths", get("Content-Length: 0", "Content-Length: 0")],
    ["a length with zeros before it", get("Content-Length: 05")],
    ["a length of sixteen digits", get("Content-Length: 1000000000000000")],
    ["a length with a sign", get("Content-Length: +5")],
    ["chunks twice", get("Transfer-Encoding: chunked", "Transfer-Encoding: chunked")],
    ["another encoding", get("Transfer-Encoding: gzip, chunked")],
    ["an upgrade to h2c", get("Upgrade: h2c")],
    ["an upgrade to two", get("Upgrade: websocket, h2c")],
    ["two upgrades", get("Upgrade: websocket", "Upgrade: websocket")],
  ])("and none with %s", (_how, request) => expect(hasForm(request)).toBe(false));
});
