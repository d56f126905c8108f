import fc from "fast-check";
import { judgeAnswer } from "./callback.ts";
import { describeHost, type Page, readPage } from "./page.ts";
import { question } from "./question.ts";

const page = (text: string): Page => {
  const read = readPage(text);
  if ("refused" in read) throw new Error(read.refused);
  return read.page;
};

test("a login's page is taken with its callback", () => {
  const url =
    "https://auth.openai.com/oauth/authorize?response_type=code&redirect_uri=http%3A%2F%2Flocalhost%3A1455%2Fauth%2Fcallback&state=s-1";
  expect(page(url)).toEqual({
    url,
    host: "auth.openai.com",
    callback: { host: "localhost:1455", port: 1455, path: "/auth/callback", state: "s-1" },
  });
});

test.each([
  ["no redirect", "https://claude.ai/device"],
  ["one of another site's", "https://claude.ai/x?redirect_uri=https%3A%2F%2Fplatform.claude.com%2Fcallback"],
])("a page with %s is opened without a callback", (_what, url) => {
  expect(page(url).callback).toBeUndefined();
});

test("of a page that is written in another way the form is taken that browsers have", () => {
  expect(page("HTTPS:\\\\CLAUDE.ai:443/a/../b'$(id)`|?q={x}").url).toBe(
    "https://claude.ai/b%27%24%28id%29%60%7C?q=%7Bx%7D",
  );
});

test.each([
  ["http://claude.ai/", "only https is opened, and it is http:"],
  ["file:///etc/passwd", "only https is opened, and it is file:"],
  ["javascript:alert(1)", "only https is opened, and it is javascript:"],
  ["--help", "it is no URL"],
  ["", "it is no URL"],
  ["https://", "it is no URL"],
  ["https://claude.ai@evil.example/", "it has a user or a password"],
  ["https://:x@claude.ai/", "it has a user or a password"],
  ["https://127.0.0.1/", "its site is not the name of a host"],
  ["https://0x7f000001/", "its site is not the name of a host"],
  ["https://[::1]/", "its site is not the name of a host"],
  ["https://localhost/", "its site is not the name of a host"],
  ["https://claude.ai./", "its site is not the name of a host"],
  ["https://cla'ude.ai/", "its site is not the name of a host"],
  ["https://claude.ai:8443/", "it is at port 8443"],
  ["https://claude.ai/\u001b[2J", "it has blanks, control characters or marks of direction in it"],
  ["https://claude.ai/\u202egro.live", "it has blanks, control characters or marks of direction in it"],
  ["https://cla\tude.ai/", "it has blanks, control characters or marks of direction in it"],
  [" https://claude.ai/", "it has blanks"],
  ["https://claude.ai/a\rb", "it has blanks"],
  [`https://claude.ai/${"x".repeat(4096)}`, "it is longer than 4096 bytes"],
  // What is percent-encoded is three times as long.
  [`https://claude.ai/${"ü".repeat(1000)}`, "it is longer than 4096 bytes"],
])("%j is refused", (text, why) => {
  expect(readPage(text)).toEqual({ refused: expect.stringContaining(why) });
});

test.each([
  ["http://localhost/cb", "port 80"],
  ["http://127.0.0.1:22/cb", "port 22"],
  ["http://[::1]:1455/cb", "neither a site over https"],
  ["http://127.0.0.2:1455/cb", "neither a site over https"],
  ["http://192.168.0.1:1455/", "neither a site over https"],
  ["http://x.localhost:1455/", "neither a site over https"],
  ["http://evil.example:1455/", "neither a site over https"],
  ["https://localhost:1455/", "neither a site over https"],
  ["https://127.0.0.1/", "neither a site over https"],
  ["https://[::1]:8080/", "neither a site over https"],
  ["https://router/", "neither a site over https"],
  ["https://router.lan/", "neither a site over https"],
  ["https://nas.local./", "neither a site over https"],
  ["https://host.docker.internal:8443/", "neither a site over https"],
  ["https://x.localhost/", "neither a site over https"],
  ["vscode://x/y", "neither a site over https"],
  ["http://me@localhost:1455/cb", "neither a site over https"],
  ["http://localhost:1455/cb#x", "neither a site over https"],
  ["localhost:1455", "neither a site over https"],
  ["/cb", "is no URL"],
])("a page that comes back to %s is refused", (redirect, why) => {
  const url = `https://claude.ai/x?state=s&redirect_uri=${encodeURIComponent(redirect)}`;
  expect(readPage(url)).toEqual({ refused: expect.stringContaining(why) });
});

test.each([
  ["none", ""],
  ["an empty one", "&state="],
  ["two", "&state=a&state=a"],
])("a page that comes back to this machine with %s of state is refused", (_what, state) => {
  expect(readPage(`https://claude.ai/x?redirect_uri=http://localhost:1455/cb${state}`)).toEqual({
    refused: expect.stringContaining("without one `state`"),
  });
});

test("two places to come back to are refused, whichever a site would take", () => {
  const url = "https://claude.ai/x?state=s&redirect_uri=https://a.example/&redirect_url=http://localhost:1455/";
  expect(readPage(url)).toEqual({ refused: expect.stringContaining("more than one place") });
});

test("an internationalised name is shown as DNS has it, and what it reads as", () => {
  const { url, host } = page("https://clаude.ai/");
  expect([url, host]).toEqual(["https://xn--clude-5ve.ai/", "xn--clude-5ve.ai"]);
  expect(describeHost(host)).toBe(
    'xn--clude-5ve.ai (an internationalised name; it reads as "clаude.ai", which may look like another one\'s)',
  );
  expect(describeHost("claude.ai")).toBe("claude.ai");
});

test("however long a URL is, and the place that it comes back to, a window has room for the whole question", () => {
  const back = encodeURIComponent(`http://localhost:1455/${"x".repeat(3000)}`);
  const asked = question("acme", page(`https://claude.ai/x?state=s&redirect_uri=${back}`), 700);
  expect(asked.join("\n").length).toBeLessThan(1200);
  expect(asked.join("\n")).toContain("comes back to http://localhost:1455 of this machine");
});

/** URLs of every kind, and what agents make of them. */
const texts = fc.oneof(
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.string({ unit: "binary", maxLength: 60 }).map((rest) => `https://claude.ai/${rest}`),
  fc.string({ unit: "grapheme", maxLength: 60 }).map((host) => `https://${host}`),
  fc
    .tuple(fc.constantFrom("https://claude.ai", "HTTPS:/claude.ai", "https:claude.ai"), fc.string({ maxLength: 80 }))
    .map((parts) => parts.join("/")),
);

test("whatever is opened is one word of https with letters that no shell, terminal or option parser minds, and reads the same again", () => {
  let taken = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const read = readPage(text);
      if ("refused" in read) return;
      taken++;
      const { url, host } = read.page;
      expect(url).toMatch(/^https:\/\/[a-z0-9._:-]+\/[A-Za-z0-9\-._~:/?#@!&*+,;=%]*$/);
      expect(url.length).toBeLessThanOrEqual(4096);
      expect(readPage(url)).toEqual({ page: { ...read.page, url, host } });
      expect(new URL(url).hostname).toBe(host);
    }),
    { numRuns: 2000 },
  );
  expect(taken).toBeGreaterThan(200);
});

const callback = { host: "localhost:1455", port: 1455, path: "/auth/callback", state: "s 1" };
const right = { method: "GET", target: "/auth/callback?code=c&state=s%201", host: "localhost:1455" };

test("the answer to a login is written anew, of path and query alone", () => {
  expect(judgeAnswer(callback, right)).toEqual({
    request:
      "GET /auth/callback?code=c&state=s%201 HTTP/1.1\r\nHost: localhost:1455\r\nAccept: */*\r\nConnection: close\r\n\r\n",
  });
});

test.each([
  ["another method", { method: "POST" }, 405],
  ["no method", { method: undefined }, 405],
  ["another name of this machine", { host: "127.0.0.1:1455" }, 421],
  ["a name that somebody pointed here", { host: "evil.example:1455" }, 421],
  ["another port", { host: "localhost:1456" }, 421],
  ["no name", { host: undefined }, 421],
  ["another path", { target: "/auth/callback/x?code=c&state=s%201" }, 404],
  ["a path that leads to it by another name", { target: "//evil.example/auth/callback?code=c&state=s%201" }, 404],
  ["a whole URL", { target: "http://localhost:1455/auth/callback?state=s%201" }, 400],
  ["another state", { target: "/auth/callback?code=c&state=s" }, 403],
  ["no state", { target: "/auth/callback?code=c" }, 403],
  ["two states", { target: "/auth/callback?state=s%201&state=s%201" }, 403],
  ["a long query", { target: `/auth/callback?state=s%201&code=${"x".repeat(8192)}` }, 414],
])("a request with %s is no answer", (_what, other, status) => {
  expect(judgeAnswer(callback, { ...right, ...other })).toEqual({ status, says: expect.any(String) });
});

test("whatever a browser asks for, what goes into the sandbox is one request with one state, and no header of the browser's", () => {
  const target = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }).map((rest) => `/auth/callback?state=s%201&code=${rest}`),
    fc.string({ maxLength: 60 }).map((rest) => `/auth/${rest}callback?state=s%201`),
  );
  fc.assert(
    fc.property(target, (asked) => {
      const judged = judgeAnswer(callback, { ...right, target: asked });
      if (!("request" in judged)) return;
      const [first, ...headers] = judged.request.split("\r\n");
      expect(first).toMatch(/^GET \/auth\/callback\?[!-~]* HTTP\/1\.1$/);
      expect(headers).toEqual(["Host: localhost:1455", "Accept: */*", "Connection: close", "", ""]);
    }),
  );
});
