import { parseSpec } from "../../stack-file/spec.ts";
import { declared, specOf } from "../../test/declared.ts";
import { isOfGateway, placeOf } from "../delivered.ts";
import { ruledOut } from "../profile/profile.ts";
import { planUpstreamProxy, upstreamHere, upstreamProblems } from "./upstream-proxy.ts";

const PROXY = "http://10.1.2.9:3128";
const SIGNED_IN = { url: PROXY, username: "acme", password: { env: "PROXY_PASSWORD" } };

test.each([
  ["http://10.1.2.9:3128", { address: "10.1.2.9", port: 3128 }],
  ["http://203.0.113.9:8080/", { address: "203.0.113.9", port: 8080 }],
  ["http://host:3128", { address: "192.0.2.1", port: 3128 }],
  [SIGNED_IN, { address: "10.1.2.9", port: 3128 }],
])("a proxy is dialled by its address: %j", (upstreamProxy, is) => {
  expect(planUpstreamProxy(declared({ upstreamProxy }).spec, "192.0.2.1")).toEqual(is);
});

test.each<[given: unknown, says: RegExp]>([
  [
    "http://proxy.corp.example:3128",
    /not a proxy by its address; the gateway's packet rules know no names.*http:\/\/10/,
  ],
  ["https://10.1.2.9:3128", /not a proxy that is spoken to without TLS/],
  ["socks5://10.1.2.9:1080", /not an HTTP proxy/],
  ["http://10.1.2.9", /"http:\/\/10\.1\.2\.9" is not a proxy; write its address/],
  ["http://10.1.2.9:0", /is not a proxy/],
  ["http://10.1.2.9:3128/pac", /is not a proxy/],
  [3128, /is not a proxy; write its address/],
  [{ ...SIGNED_IN, username: "a:b" }, /username.*has no colon/],
  [{ ...SIGNED_IN, password: {} }, /password.*names no source/],
])("no proxy: %j", (upstreamProxy, says) => {
  const { problems = [] } = parseSpec({ workspace: "/w", upstreamProxy });
  expect(problems.map(({ path, message }) => `${path}: ${message}`).join("\n")).toMatch(says);
});

test.each([
  "http://acme:hunter2@10.1.2.9:3128",
  { url: "http://acme:hunter2@10.1.2.9:3128", username: "acme", password: { env: "A" } },
  { ...SIGNED_IN, password: "hunter2" },
])("a password in clear is refused, and not repeated: %#", (upstreamProxy) => {
  const { problems = [] } = parseSpec({ workspace: "/w", upstreamProxy });
  expect(problems.length).toBeGreaterThan(0);
  expect(JSON.stringify(problems)).not.toContain("hunter2");
});

test.each<[config: Record<string, unknown>, path: string, says: RegExp]>([
  [{ upstreamProxy: "http://127.0.0.1:3128" }, "upstreamProxy", /is the engine's host; write http:\/\/host:3128/],
  [{ upstreamProxy: "http://169.254.169.254:80" }, "upstreamProxy", /where clouds keep their credentials/],
  [{ upstreamProxy: "http://10.208.0.9:3128" }, "upstreamProxy", /range of the sandboxes' own networks/],
  [{ upstreamProxy: PROXY, profile: "web" }, "upstreamProxy", /opens public hosts alone/],
  [{ upstreamProxy: PROXY, resolvers: ["10.0.0.53"] }, "resolvers", /never asked behind an upstreamProxy/],
])("is refused: %j", (config, path, message) => {
  expect(upstreamProblems(specOf(config))).toEqual([{ path, message: expect.stringMatching(message) }]);
});

test("profile offline has no use for one", () => {
  expect(ruledOut(specOf({ upstreamProxy: PROXY, profile: "offline" }))).toMatchObject([{ path: "upstreamProxy" }]);
});

test("an address of the engine's host is told as that, and one of another client's networks as theirs", () => {
  const here = (url: string) => upstreamHere(specOf({ upstreamProxy: url }), ["192.168.1.9"], ["192.168.2.0/24"]);
  expect(here("http://192.168.1.9:3128")).toMatchObject([
    { message: expect.stringContaining("write http://host:3128") },
  ]);
  expect(here("http://192.168.2.9:3128")).toMatchObject([
    { message: expect.stringContaining("no client reaches another's") },
  ]);
  expect(here("http://192.168.1.10:3128")).toEqual([]);
});

test("what signs in is the gateway's alone, and every other file is the sandbox's", () => {
  const { files } = declared({ upstreamProxy: SIGNED_IN, secrets: { NPM: { env: "NPM" } } });
  expect(files.filter(isOfGateway).map(placeOf)).toEqual(["way-out/password", "way-out/username"]);
  expect(files.filter((file) => !isOfGateway(file)).map(placeOf)).toContain("NPM");
});
