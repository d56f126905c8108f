import { join } from "node:path";
import { readServices, serviceNames } from "../../capabilities/egress/look/catalogue.ts";
import { sharedDomains } from "../../capabilities/egress/suffix.ts";
import { type Imported, importList } from "./import.ts";
import { readList } from "./written-list.ts";

const root = join(__dirname, "../..");
const names = serviceNames(root);
let imported: (file: string, text: string) => Imported;
beforeAll(async () => {
  const whyShared = await sharedDomains(["*.any.example"]);
  const services = readServices(root, names);
  imported = (file, text) => importList(readList(file, text), { serviceNames: names, services, whyShared });
});

test.each<[string, string, string, unknown[]]>([
  [
    "a policy of services and domains",
    "policy.yaml",
    'services: [github]\ndomains: [docs.acme.example, "*.cdn.acme.example", {host: git.acme.example, ports: [22]}]\n',
    ["github", "docs.acme.example", "*.cdn.acme.example", { host: "git.acme.example", ports: [22] }],
  ],
  [
    "the list of a firewall's script",
    "init-firewall.sh",
    'for domain in \\\n  "sentry.io" \\\n  "docs.acme.example"; do\n  ipset add allowed "$ip" # not.this.example\ndone\n',
    ["sentry", "docs.acme.example"],
  ],
  [
    "lists of squid",
    "squid.conf",
    "acl ok dstdomain .acme.example sentry.io\nhttp_access allow ok\n",
    ["sentry", ".acme.example"],
  ],
  [
    "lines of dnsmasq",
    "dnsmasq.conf",
    "server=/acme.example/10.0.0.53\nipset=/b.acme.test/c.acme.test/set\n",
    [".acme.example", ".b.acme.test", ".c.acme.test"],
  ],
  [
    "one name a line, also as URLs and with ports",
    "allow.txt",
    "# ours\nhttps://docs.acme.example/x\ngit.acme.example:8443\n",
    ["docs.acme.example", { host: "git.acme.example", ports: [8443] }],
  ],
  [
    "Claude Code's settings",
    "settings.json",
    '{"permissions": {"allow": ["Bash(ls)", "WebFetch(domain:docs.acme.example)"]}, "sandbox": {"network": {"allowedDomains": ["*.cdn.acme.example"]}}}',
    ["docs.acme.example", "*.cdn.acme.example"],
  ],
  [
    "Cursor's settings",
    "sandbox.json",
    '{"networkPolicy": {"default": "deny", "allow": ["docs.acme.example"]}}',
    ["docs.acme.example"],
  ],
  [
    "Codex's settings",
    "config.toml",
    '[permissions.work.network.domains]\n"docs.acme.example" = "allow"\n"evil.example.com" = "deny"\n',
    ["docs.acme.example"],
  ],
  ["vendors' wildcards", "allow.txt", ".githubusercontent.com\n*.github.com\n.sentry.io\n", ["github", "sentry"]],
])("%s becomes lines of egress.allow", (_what, file, text, items) => {
  const found = imported(file, text).items;
  expect(found).toHaveLength(items.length);
  expect(found).toEqual(expect.arrayContaining(items));
});

test.each<[string, string, string, RegExp]>([
  ["everything", "allow.txt", "*\n", /^\*: .*profile: web/],
  ["a name without a dot", "allow.txt", "backend-host\n", /^backend-host: .*egress\.lan/],
  ["an address", "allow.txt", "10.0.0.7\n", /^10\.0\.0\.7: .*is an address/],
  ["a wildcard that strangers share", "allow.txt", "*.s3.amazonaws.com\n", /anybody can have a name/],
  [
    "ranges of a script",
    "fw.sh",
    "iptables -A OUTPUT -d 140.82.112.0/20 -j ACCEPT\n",
    /^140\.82\.112\.0\/20: an address is no name/,
  ],
  ["an expression of squid", "squid.conf", "acl x dstdom_regex \\.acme$\n", /only names are carried over/],
  ["another file of squid", "squid.conf", 'acl x dstdomain "/etc/squid/list"\n', /import it by itself/],
  ["what dnsmasq answers itself", "dnsmasq.conf", "address=/ads.example.com/0.0.0.0\n", /refuses a name/],
  [
    "names that are refused",
    "config.json",
    '{"network": {"deniedDomains": ["evil.example.com"]}}',
    /^deniedDomains: evil\.example\.com: everything is refused/,
  ],
  ["keys that are no list of names", "policy.yaml", "services: []\nlan: {db: 1}\n", /^lan: it is no list/],
  ["two words in a line", "allow.txt", "0.0.0.0 ads.example.com\n", /is not one name/],
])("%s is left out, with why", (_what, file, text, why) => {
  const { items, left } = imported(file, text);
  expect(items).toEqual([]);
  expect(left.map(({ what, why }) => `${what}: ${why}`).join("\n")).toMatch(why);
});

test.each<[string, string, string]>([
  ["what squid refuses", "squid.conf", "acl bad dstdomain .acme.example\nhttp_access deny bad\nhttp_access deny all\n"],
  ["a list of squid that no rule lets through", "squid.conf", "acl a dstdomain .acme.example\nhttp_access deny all\n"],
  [
    "a list that squid lets through where it is not",
    "squid.conf",
    "acl a dstdomain .acme.example\nhttp_access allow !a\n",
  ],
  [
    "what a script drops",
    "fw.sh",
    "iptables -A OUTPUT \\\n  -d evil.acme.example -j DROP\nBLOCKED='evil.acme.example'\n",
  ],
  ["a name in a comment within a list", "c.toml", 'allowed_domains = [\n  # "evil.acme.example",\n]\n'],
  [
    "a name that the same list refuses",
    "s.json",
    '{"network": {"allowedDomains": ["a.acme.example"], "deniedDomains": ["A.acme.example"]}}',
  ],
  [
    "a wildcard over a name that it refuses",
    "s.json",
    '{"network": {"allowedDomains": ["*.acme.example"], "deniedDomains": ["x.acme.example"]}}',
  ],
  [
    "a name below a wildcard that it refuses",
    "s.json",
    '{"network": {"allowedDomains": ["x.acme.example"], "deniedDomains": ["*.acme.example"]}}',
  ],
  [
    "the same, however the refused one is written",
    "s.json",
    '{"network": {"allowedDomains": ["x.acme.example"], "deniedDomains": ["**.acme.example"]}}',
  ],
  [
    "a service that opens a name that is refused",
    "s.json",
    '{"network": {"allowedDomains": ["*.github.com"], "deniedDomains": ["uploads.github.com"]}}',
  ],
  [
    "what dnsmasq refuses within what it answers",
    "d.conf",
    "server=/acme.example/10.0.0.53\naddress=/x.acme.example/\n",
  ],
  ["a service's name where hosts stand", "allow.txt", "github\n"],
  ["a name that only another port than 80 and 443 is for", "allow.txt", "ssh://git.acme.example/x\n"],
  ["ports that are none", "allow.txt", "a.acme.example:0\nb.acme.example:99999999999999999999\n"],
  [
    "what is no destination",
    "p.yaml",
    "services: [5, no-such]\ndomains: [null, 5, [a], {host: a.acme.example, evil: 1}]\n",
  ],
  ["a host behind what a browser reads as its end", "allow.txt", "https://docs.acme.example\\\\@evil.acme.example/\n"],
])("%s is not opened", (_what, file, text) => {
  const { items, left } = imported(file, text);
  expect(items).toEqual([]);
  expect(left.every(({ why }) => why !== "")).toBe(true);
});

test("rules of squid let a list through by its name, or by refusing all others", () => {
  const lists = "acl a dstdomain a.acme.example\nacl b dstdomain b.acme.example\n";
  const { items } = imported("squid.conf", `${lists}http_access deny !a\nhttp_access allow b net\n`);
  expect(items).toEqual(["a.acme.example", "b.acme.example"]);
});

test("lists of squid without a rule are those of another file, and are taken whole", () => {
  expect(imported("lists.conf", "acl a dstdomain a.acme.example\n").items).toEqual(["a.acme.example"]);
});

// Each took minutes, or would have: a search from every line to the end of the file.
test.each([
  ["empty lines", "x.toml", "\n".repeat(2 ** 20)],
  ["empty lines of no form", "x.txt", "\n".repeat(2 ** 20)],
  ["lists that do not end", "x.toml", "allowed_domains = [\n".repeat(2 ** 15)],
  ["a comment that does not end", "x.toml", "# ".repeat(2 ** 19)],
])("1 MiB of %s is read", (_what, file, text) => expect(readList(file, text).items).toEqual([]));

test.each(["/*", '\\"', "["])("1 MiB of %j is no JSON", (piece) => {
  expect(() => readList("x.json", piece.repeat(2 ** 19))).toThrow(/JSON/);
});

test("1 MiB of names of dnsmasq is read", () => {
  expect(readList("x.conf", `server=/${"a/".repeat(2 ** 19)}1.1.1.1\n`).items).toHaveLength(2 ** 19);
});

test("what is refused of all that is not named leaves the names", () => {
  const { items } = imported("s.json", '{"network": {"allow": ["a.acme.example"], "deny": ["*"]}}');
  expect(items).toEqual(["a.acme.example"]);
});

test("what a service opens besides is told, and how a name in another alphabet reads", () => {
  const { items, carried } = imported("allow.txt", "api.github.com\nxn--pple-43d.com\n");
  expect(items).toEqual(["github", "xn--pple-43d.com"]);
  expect(carried[0]).toMatch(/^api\.github\.com: the service github, which opens besides: .*codeload\.github\.com/);
  expect(carried[1]).toMatch(/it reads as "\u0430pple\.com"/);
});

test.each([
  "https://u:s3cr3t@docs.acme.example/",
  "u:s3cr3t@docs.acme.example",
  "https://u:s3cr3t@docs.acme.example?x",
])("the login in %s is told to nobody", (line) =>
  expect(JSON.stringify(imported("allow.txt", `${line}\n`))).not.toContain("s3cr3t"),
);

test("an unquoted wildcard is told by its line", () => {
  expect(() => readList("policy.yaml", "domains:\n  - *.example.com\n")).toThrow(
    /line 2 has \*\.example\.com without quotes/,
  );
});
