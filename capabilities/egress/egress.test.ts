import fc from "fast-check";
import { getPublicSuffix } from "tldts";
import { renderBundle } from "../../gateway/bundle.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { admitted } from "../../test/bundle-reader.ts";
import type { Agent } from "../image/agent.ts";
import { atHost, planEgress, writtenNames } from "./egress.ts";
import { type PolicyFile, parsePolicyFiles } from "./file.ts";
import type { WhyShared } from "./name.ts";
import { proxyWarnings } from "./proxy-ports.ts";
import type { Service } from "./service.ts";
import { sharedDomains } from "./suffix.ts";

const service = (name: string, ...hosts: string[]): Service => ({
  name,
  description: name,
  hosts: hosts.map((host) => ({ host, ports: [443], why: "test", source: "test", seen: "2026-11-21" })),
});
const services = [
  service("forge", "forge.example", "*.forge.example"),
  service("model", "api.model.example"),
  service("spy", "spy.model.example"),
];
const serviceNames = services.map(({ name }) => name);
const agents = [{ name: "bot", services: { api: ["model"], login: [], telemetry: ["spy"] } }] as unknown as Agent[];

/** The judge as the product has it, with the whole public suffix list. */
let whyShared: WhyShared;
beforeAll(async () => {
  whyShared = await sharedDomains(["*.example.com"]);
});

const plan = (egress: unknown, { profile = "standard", files = [] as PolicyFile[] } = {}) =>
  planEgress(parseSpec({ workspace: "/w", profile, egress }).spec!, agents, {
    services,
    serviceNames,
    files,
    whyShared,
  });
const file = (content: Partial<PolicyFile>, path = "~/acme.yaml"): PolicyFile => ({
  path,
  services: [],
  domains: [],
  ...content,
});
const lines = (egress: unknown, files: PolicyFile[] = []) =>
  plan(egress, { files }).policy.destinations.map(
    ({ host, subdomains, ports, origin }) => `${subdomains ? "*." : ""}${host} ${ports} (${origin})`,
  );
const problems = (egress: unknown, files: PolicyFile[] = []) =>
  plan(egress, { files }).problems.map(({ file, path, message }) => `${file ? `${file} ` : ""}${path}: ${message}`);

test("an agent gets its own services and nothing else: its telemetry stays shut", () => {
  expect(lines({})).toEqual(["api.model.example 443 (agent bot: model)"]);
});

test("a service that an agent's file names and nobody has is told at its place in that file", () => {
  const bot = {
    name: "bot",
    services: { api: ["model", "modle"], login: ["A\nB"], telemetry: [] },
  } as unknown as Agent;
  const catalogue = { services, serviceNames, files: [], whyShared };
  const { problems } = planEgress(parseSpec({ workspace: "/w" }).spec!, [bot], catalogue);
  expect(problems).toEqual([
    {
      file: "images/agents/bot.yaml",
      path: "services.api[1]",
      message: '"modle" is not a service. Did you mean "model"?',
    },
    {
      file: "images/agents/bot.yaml",
      path: "services.login[0]",
      message: '"A\\nB" is not a service. All services: agentbox services',
    },
  ]);
});

test("services, names and names with ports come together, each with its origins", () => {
  expect(
    lines({ allow: ["forge", "docs.example.com", { host: "forge.example", ports: [22] }, "*.cdn.example.com"] }),
  ).toEqual([
    "api.model.example 443 (agent bot: model)",
    "*.cdn.example.com 80,443 (client)",
    "docs.example.com 80,443 (client)",
    "forge.example 22,443 (client, client: forge)",
    "*.forge.example 443 (client: forge)",
  ]);
});

test("a name is itself, *.name is all below it, .name is both", () => {
  expect(lines({ allow: ["a.example.com", "*.b.example.com", { host: ".c.example.com", ports: [443] }] })).toEqual([
    "a.example.com 80,443 (client)",
    "api.model.example 443 (agent bot: model)",
    "*.b.example.com 80,443 (client)",
    "c.example.com 443 (client)",
    "*.c.example.com 443 (client)",
  ]);
});

test("what several layers open is open once, with all its origins in the order of the layers", () => {
  const files = [
    file({ services: ["forge"], domains: ["docs.example.com", { host: "api.model.example", ports: [8443] }] }),
  ];
  expect(lines({ allow: ["forge", { host: "docs.example.com", ports: [22, 443] }] }, files)).toEqual([
    "api.model.example 443,8443 (agent bot: model, file ~/acme.yaml)",
    "docs.example.com 22,80,443 (file ~/acme.yaml, client)",
    "forge.example 443 (file ~/acme.yaml: forge, client: forge)",
    "*.forge.example 443 (file ~/acme.yaml: forge, client: forge)",
  ]);
});

test("the order of lines never matters", () => {
  const names = [
    "forge",
    "a.example.com",
    "*.a.example.com",
    "b.example.com",
    { host: "c.example.com", ports: [8443] },
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(names, { minLength: names.length }), (allow) => {
      expect(plan({ allow }).policy).toEqual(plan({ allow: names }).policy);
    }),
  );
});

test.each([
  ["gihub", /is not a service or a host name.*All services: agentbox services\. .*egress\.lan.*egress\.host/],
  ["backend-host", /egress\.lan/],
  ["*", /profile: web/],
  ["forg", /is not a service or a host name\. Did you mean "forge"\?$/],
  ["10.0.0.1", /is an address, not a name/],
  ["10.0.0.0/8", /is an address \(10.0.0.0\), not a name/],
  ["2001:db8::1", /is an address, not a name/],
  ["[::1]", /is an address \(::1\), not a name/],
  ["0x7f000001", /is an address \(127.0.0.1\), not a name/],
  ["2130706433", /is an address \(127.0.0.1\), not a name/],
  ["127.1", /is an address \(127.0.0.1\), not a name/],
  ["0177.0.0.01", /is an address \(127.0.0.1\), not a name/],
  ["127.0.0.0x1", /is an address \(127.0.0.1\), not a name/],
  ["１２７.0.0.1", /is an address \(127.0.0.1\), not a name/],
  ["*.10.0.0.1", /is an address, not a name/],
  ["10.0.0.300", /is not a host name/],
  ["Docs.example.com", /write "docs.example.com"/],
  ["docs.example.com.", /write "docs.example.com"/],
  ["münchen.example", /write it as DNS has it: "xn--mnchen-3ya.example"/],
  ["a.*.example.com", /only a leading/],
  ["https://example.com", /write the name alone/],
  ["example.com:8443", /write the name alone/],
  ["*.com", /everything below a top-level domain/],
  [".com", /everything below a top-level domain/],
  ["*.co.uk", /public suffix list/],
  [".co.uk", /public suffix list/],
  ["*.github.io", /public suffix list/],
  ["*.s3.amazonaws.com", /public suffix list\)/],
  ["*.amazonaws.com", /\(object store\)/],
  ["*.windows.net", /\(object store: core\.windows\.net\)/],
  ["*.run.app", /\(public suffix list: \*\.run\.app\)/],
  [".run.app", /public suffix list/],
  ["*.storage.googleapis.com", /\(object store\)/],
  ["*.oast.fun", /\(request catcher\)/],
  ["*.loca.lt", /\(tunnel\)/],
  ["*.city.kawasaki.jp", undefined],
  ["*.someone.github.io", undefined],
  ["*.acme.co.uk", undefined],
  ["someone.github.io", undefined],
  ["localhost", /private by definition/],
  ["app.localhost", /private by definition/],
  ["printer.local", /private by definition/],
  ["nas.lan", /private by definition/],
  ["*.home.arpa", /private by definition/],
  ["1.168.192.in-addr.arpa", /private by definition/],
  ["metadata.google.internal", /private by definition.*egress.lan/],
  ["host.docker.internal", /private by definition.*egress.host/],
  ["*.local", /private by definition/],
  [{ host: "*.example.com", ports: [22] }, /wildcard, which cannot open port 22/],
  [{ host: ".example.com", ports: [443, 8443] }, /wildcard, which cannot open port 8443/],
  [{ host: "forge", ports: [22] }, /is a service; list it under egress.allow, by its name alone/],
])("%j in the stack file and in a file: accepted, or refused with the fix", (item, message) => {
  const own = plan({ allow: [item] }).problems[0];
  const ofFile = plan({}, { files: [file({ domains: [item as string] })] }).problems[0];
  if (!message) expect([own, ofFile]).toEqual([undefined, undefined]);
  else {
    expect(own?.message).toMatch(message);
    expect(ofFile).toMatchObject({ file: "~/acme.yaml", path: expect.stringMatching(/^domains\[0\]/) });
  }
});

describe("a wildcard over a domain below which strangers have names is refused, with what it is:", () => {
  const shared = {
    "object stores": `amazonaws.com s3.amazonaws.com storage.googleapis.com googleapis.com blob.core.windows.net windows.net r2.dev
      cloudflarestorage.com digitaloceanspaces.com linodeobjects.com backblazeb2.com wasabisys.com aliyuncs.com myqcloud.com
      oraclecloud.com vultrobjects.com scw.cloud supabase.co firebaseio.com ipfs.io dweb.link mypinata.cloud tigris.dev`,
    "app platforms": `run.app vercel.app netlify.app pages.dev workers.dev herokuapp.com azurewebsites.net fly.dev onrender.com
      railway.app web.app firebaseapp.com appspot.com cloudfunctions.net on.aws deno.dev replit.dev streamlit.app cloudapp.azure.com
      azure.com ondigitalocean.app northflank.app hf.space github.io gitlab.io github.dev gitpod.io render.com azurecontainerapps.io`,
    tunnels: `ngrok.io ngrok.app ngrok.dev ngrok-free.app trycloudflare.com loca.lt localhost.run serveo.net pinggy.link devtunnels.ms
      ts.net bore.pub zrok.io share.zrok.io localxpose.io jprq.live portmap.io packetriot.net`,
    "request catchers": `webhook.site requestbin.com pipedream.net beeceptor.com oast.pro oast.fun oast.me interact.sh
      burpcollaborator.net oastify.com dnslog.cn canarytokens.com free.beeceptor.com smee.io mocky.io hookbin.com ntfy.sh zapier.com make.com`,
    "dynamic DNS":
      "duckdns.org ddns.net hopto.org dyndns.org dynv6.net afraid.org mooo.com nip.io sslip.io rbndr.us lvh.me",
    CDNs: "cloudfront.net fastly.net b-cdn.net akamaized.net azureedge.net azurefd.net",
  };
  test.each(Object.entries(shared))("%s", (_, domains) => {
    for (const domain of domains.split(/\s+/).filter(Boolean))
      for (const wildcard of [`*.${domain}`, `.${domain}`])
        expect([wildcard, problems({ allow: [wildcard] })]).toEqual([
          wildcard,
          [
            expect.stringMatching(
              / a domain below which anybody can have a name \(.+\); list the names that are needed$/,
            ),
          ],
        ]);
  });

  test("and over a customer's own domain, or one vendor's, it is not", () => {
    const own = "example.com acme.co.uk google.com microsoft.com openai.com vscode-cdn.net githubcopilot.com docker.io";
    for (const domain of [...own.split(" "), "acme.github.io", "acme.a.run.app", "bucket.s3.amazonaws.com"])
      expect([domain, whyShared(domain)]).toEqual([domain, undefined]);
  });

  test("what is found below a domain is a public suffix to the library, too", () => {
    const above = Object.values(shared).flatMap((domains) => domains.split(/\s+/).filter(Boolean));
    const found = above.flatMap((domain) => /^public suffix list: (.*)$/.exec(whyShared(domain) ?? "")?.[1] ?? []);
    expect(found.length).toBeGreaterThanOrEqual(10);
    for (const suffix of found.map((rule) => rule.replace("*", "any")))
      expect(getPublicSuffix(`acme.${suffix}`, { allowPrivateDomains: true })).toBe(suffix);
  });
});

test.each([
  ["*.github.io", /a wildcard over a domain below which anybody can have a name/],
  ["nas.lan", /is private by definition/],
  ["metadata.google.internal", /is private by definition/],
])("a service opens no name that a client may not open: %s", (host, message) => {
  const { problems } = planEgress(parseSpec({ workspace: "/w", egress: { allow: ["mine"] } }).spec!, [], {
    ...{ files: [], serviceNames: ["mine"], whyShared },
    services: [service("mine", host)],
  });
  expect(problems).toEqual([
    { file: "policies/services/mine.yaml", path: "hosts[0].host", message: expect.stringMatching(message) },
  ]);
});

test("a service with a port that a wildcard cannot have is refused, whoever names it", () => {
  const wild = {
    ...service("wild", "*.wild.example"),
    hosts: [{ ...service("x", "*.wild.example").hosts[0]!, ports: [22] }],
  };
  const { problems } = planEgress(parseSpec({ workspace: "/w", egress: { allow: ["wild"] } }).spec!, [], {
    services: [wild],
    serviceNames: ["wild"],
    files: [],
    whyShared,
  });
  expect(problems).toEqual([
    {
      file: "policies/services/wild.yaml",
      path: "hosts[0].host",
      message: expect.stringMatching(/"\*\.wild\.example" is a wildcard, which cannot open port 22/),
    },
  ]);
});

test("a name that one layer lists twice with other ports is an error that names both places", () => {
  expect(problems({ allow: ["a.example.com", { host: "a.example.com", ports: [8443] }] })).toEqual([
    'egress.allow[1].host: "a.example.com" has the ports 8443 here and 80, 443 at egress.allow[0]; write one line with all its ports',
  ]);
  expect(problems({ allow: [".a.example.com", { host: "*.a.example.com", ports: [443] }] })).toHaveLength(1);
  const [one, two] = [
    file({ domains: ["a.example.com"] }, "~/1"),
    file({ domains: [{ host: "a.example.com", ports: [22] }] }, "~/2"),
  ];
  expect(problems({}, [one, two])).toEqual([
    '~/2 domains[0].host: "a.example.com" has the ports 22 here and 80, 443 at ~/1 domains[0]; write one line with all its ports',
  ]);
});

test("the same line twice, and a name besides a wildcard over it, are no error", () => {
  expect(
    problems({
      allow: [
        ...["a.example.com", { host: "a.example.com", ports: [443, 80] }],
        ...[".b.example.com", { host: "b.example.com", ports: [22] }, { host: "x.b.example.com", ports: [8443] }],
      ],
    }),
  ).toEqual([]);
});

test("a service that a file names and nobody has is told in that file", () => {
  expect(problems({}, [file({ services: ["forg"], domains: ["forge"] })])).toEqual([
    '~/acme.yaml services[0]: "forg" is not a service. Did you mean "forge"?',
    '~/acme.yaml domains[0]: "forge" is a service; list it under services',
  ]);
});

test.each([
  [null, /^: the file is empty; write a mapping with the keys domains, services/],
  [["github"], /^: the file is not a mapping/],
  [{ service: ["github"] }, /^service: is not a key here. Did you mean "services"\?/],
  [{ services: "github" }, /^services: "github" is not a list/],
  [{ services: [{ host: "x" }] }, /^services\[0\]: .* is not a service/],
  [{ domains: [{ host: "a.example.com", port: [1] }] }, /^domains\[0\]/],
  [{ domains: [{ host: "a.example.com", ports: [0] }] }, /^domains\[0\]\.ports\[0\]: 0 is not a port/],
])("a policy file that says %j is refused with its own key path", (content, message) => {
  const { problems } = parsePolicyFiles([{ path: "~/acme.yaml", content }]);
  expect(problems.map(({ path, message }) => `${path}: ${message}`).join("\n")).toMatch(message);
  expect(problems.every(({ file }) => file === "~/acme.yaml")).toBe(true);
});

test("offline opens nothing, whatever is listed", () => {
  const { policy } = plan({ allow: ["forge"], lan: { db: "192.168.1.2:5432" } }, { profile: "offline" });
  expect(policy).toEqual({ destinations: [], grants: [], endpoints: [], web: false });
});

test("endpoints have names; ports of the host are reached as host", () => {
  const { policy } = plan({ lan: { ollama: "192.168.1.20:11434" }, host: [5432, 5432] });
  expect(atHost(policy, "10.208.1.1").endpoints).toEqual([
    { name: "host", address: "10.208.1.1", port: 5432, origin: "client" },
    { name: "ollama", address: "192.168.1.20", port: 11434, origin: "client" },
  ]);
});

test("a machine of the LAN under the host name that it has is open on 80 and 443, or on the ports that are said", () => {
  const of = (lan: Record<string, unknown>) =>
    plan({ lan }).policy.endpoints.map(({ name, address, port }) => `${name}:${port} at ${address}`);
  expect(of({ "git.corp.example": "10.1.2.3" })).toEqual(of({ "git.corp.example": { address: "10.1.2.3" } }));
  expect(of({ "git.corp.example": "10.1.2.3", "nas.internal": "10.1.2.3:8443" })).toEqual([
    "git.corp.example:80 at 10.1.2.3",
    "git.corp.example:443 at 10.1.2.3",
    "nas.internal:8443 at 10.1.2.3",
  ]);
  expect(of({ db: { address: "10.1.2.4", ports: [6379, 5432, 5432] } })).toEqual([
    "db:5432 at 10.1.2.4",
    "db:6379 at 10.1.2.4",
  ]);
});

test.each<[lan: Record<string, unknown>, says: RegExp]>([
  [
    { "*.corp.example": "10.1.2.3" },
    /^egress\.lan\.\*\.corp\.example: .*every name below "corp\.example".*a line for each name/,
  ],
  [{ ".corp.example": "10.1.2.3" }, /every name below "corp\.example"/],
  [{ "Git.corp.example": "10.1.2.3" }, /not a host name.*lower case/],
  [{ "git.corp.example.": "10.1.2.3" }, /not a host name/],
  [{ "10.1.2.3": "10.1.2.3" }, /not a host name/],
  [{ "a.localhost": "10.1.2.3" }, /below localhost, which is nobody's/],
  [{ "live.invalid": "10.1.2.3" }, /below invalid, which is nobody's/],
  [{ db: "10.1.2.3" }, /^egress\.lan\.db: "10\.1\.2\.3" has no port; write it like 10\.1\.2\.3:11434/],
  [{ db: { address: "10.1.2.3" } }, /^egress\.lan\.db\.ports: is missing/],
  [{ db: { address: "10.1.2.3", ports: [] } }, /^egress\.lan\.db\.ports: is empty/],
  [
    { db: { adress: "10.1.2.3", ports: [1] } },
    /egress\.lan\.db\.adress: is not a key here\. Did you mean "address"\?$/,
  ],
  [{ "git.corp.example": "10.1.2.3:0" }, /not an endpoint; write it like/],
  [{ "git.corp.example": "git" }, /"git" is not an endpoint; write it like/],
])("no such machine: %j", (lan, says) => {
  const { problems = [] } = parseSpec({ workspace: "/w", egress: { lan } });
  expect(problems.map(({ path, message }) => `${path}: ${message}`).join("\n")).toMatch(says);
});

test("a name leads to one place: with an address, it is in no other line, whoever has that", () => {
  const lan = { "git.corp.example": "10.1.2.3" };
  const said = (egress: Record<string, unknown>, files: PolicyFile[] = []) =>
    plan({ lan, ...egress }, { files }).problems.map(({ path, message }) => `${path}: ${message}`);
  expect(said({ allow: ["git.corp.example"] })).toEqual([
    'egress.lan.git.corp.example: leads "git.corp.example" to 10.1.2.3, and the name is open to wherever the DNS leads it, too (client); take one of the two lines out',
  ]);
  expect(said({}, [file({ domains: [{ host: ".git.corp.example", ports: [443] }] })])).toHaveLength(1);
  expect(said({ allow: ["*.corp.example"] })).toEqual([]);
});

test("an endpoint at a proxy's port is told for what it would open, whatever it is called", () => {
  const { policy } = plan({ lan: { way: "192.168.1.2:3128", db: "192.168.1.2:5432" }, host: [1080] });
  expect(proxyWarnings(policy.endpoints).map(({ path, message }) => `${path}: ${message}`)).toEqual([
    "egress.host: host:1080 is where a SOCKS proxy listens: if it is a proxy, it opens every name that it leads to, whatever egress.allow says; a company's proxy is upstreamProxy, behind which each name is judged",
    expect.stringMatching(/^egress\.lan\.way: way:3128 is where squid listens: if/),
  ]);
});

test("the public suffix list is not loaded for a policy without wildcards, and nothing is judged without it", async () => {
  const none = await sharedDomains(["github", "docs.example.com"]);
  expect(() => none("example.com")).toThrow("has to be judged");
  const { spec } = parseSpec({
    workspace: "/w",
    egress: { allow: [{ host: ".a.example", ports: [443] }, "b.example"] },
  });
  expect(
    writtenNames(spec!, { serviceNames, files: [file({ services: ["forge"], domains: ["*.c.example"] })] }),
  ).toEqual(["*.c.example", ".a.example", "b.example"]);
});

test("whatever a stack file and its policy files list, the gateway admits exactly that", () => {
  const label = fc.constantFrom("a", "b", "c");
  const host = fc
    .tuple(fc.array(label, { minLength: 1, maxLength: 2 }), fc.constantFrom("x.example", "y.test"))
    .map(([own, top]) => [...own, top].join("."));
  const item = fc.oneof(
    fc.constant("forge"),
    fc.tuple(fc.constantFrom("", "*.", "."), host).map((parts) => parts.join("")),
    host.map((name) => ({ host: name, ports: [22, 443] })),
  );
  const listed = fc.record({
    profile: fc.constantFrom("standard", "lockdown", "web"),
    allow: fc.array(item, { maxLength: 6 }),
    domains: fc.array(
      item.filter((item) => item !== "forge"),
      { maxLength: 6 },
    ),
    lan: fc.constantFrom<Record<string, string>>({}, { db: "192.168.1.2:5432" }),
  });
  fc.assert(
    fc.property(listed, ({ profile, allow, domains, lan }) => {
      const endpoints = profile === "lockdown" ? {} : lan;
      const { policy, problems } = plan({ allow, lan: endpoints }, { profile, files: [file({ domains })] });
      fc.pre(problems.length === 0);
      const { text } = renderBundle({
        client: "acme",
        ...policy,
        inbound: [],
        resolvers: [],
        addresses: { gateway: "10.208.0.2", agent: "10.208.0.3", vips: "10.208.0.128/25", host: "10.208.1.1" },
        hostAddresses: [],
      });
      expect(admitted(text)).toEqual(
        meant({ profile, names: ["api.model.example:443", ...allow, ...domains], endpoints }),
      );
    }),
    { numRuns: 500 },
  );
});

/** What a person takes those lists to mean, from the words alone: for every name that may be there, its ports. */
function meant({
  profile,
  names,
  endpoints,
}: {
  profile: string;
  names: (string | { host: string; ports: number[] })[];
  endpoints: Record<string, string>;
}): string[] {
  const ports = new Map<string, Set<number>>();
  const open = (name: string, list: number[]) => ports.set(name, new Set([...(ports.get(name) ?? []), ...list]));
  for (const name of names) {
    if (typeof name !== "string") open(name.host, name.ports);
    else if (name === "forge") for (const host of ["forge.example", "*.forge.example"]) open(host, [443]);
    else if (name.endsWith(":443")) open(name.slice(0, -4), [443]);
    else if (name.startsWith(".")) for (const host of [name.slice(1), `*${name}`]) open(host, [80, 443]);
    else open(name, [80, 443]);
  }
  if (profile === "web") open("*", [80, 443]);
  for (const [name, own] of ports)
    for (const [wild, more] of ports)
      if ((wild === "*" && name !== "*") || (wild.startsWith("*.") && name !== wild && name.endsWith(wild.slice(1))))
        for (const port of more) own.add(port);
  return [
    ...[...ports].flatMap(([name, list]) => [...list].map((port) => `${name}:${port}`)),
    ...Object.entries(endpoints).map(([name, at]) => `${name}:${at.split(":")[1]} at ${at}`),
  ].sort();
}
