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

test("an unquoted wildcard is told by its line", () => {
  expect(() => readList("policy.yaml", "domains:\n  - *.example.com\n")).toThrow(
    /line 2 has \*\.example\.com without quotes/,
  );
});
