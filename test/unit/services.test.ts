import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readServices, serviceNames } from "../../host/catalogue.ts";
import { AgentSchema } from "../../model/agent.ts";

const root = join(__dirname, "../..");
const services = readServices(root, serviceNames(root));
const each = services.map((service) => [service.name, service] as const);
const telemetry = services.filter(({ name }) => name.endsWith("-telemetry"));

/** True if a line of the catalogue opens a name. */
const opens = (host: string, name: string) => (host.startsWith("*.") ? name.endsWith(host.slice(1)) : name === host);

/** Domains below which a stranger can get a name of its own: a wildcard over one, or over less, is a way out for anyone. */
const SHARED = [
  ...["amazonaws.com", "awsapprunner.com", "cloudfront.net", "elasticbeanstalk.com", "on.aws"],
  ...["azureedge.net", "azurefd.net", "azurewebsites.net", "core.windows.net", "trafficmanager.net"],
  ...["a.run.app", "appspot.com", "cloudfunctions.net", "firebaseapp.com", "googleapis.com", "web.app"],
  ...["aliyuncs.com", "b-cdn.net", "edgekey.net", "fastly.net", "fastlylb.net", "r2.cloudflarestorage.com"],
  ...["bitbucket.io", "gitbook.io", "github.dev", "github.io", "gitlab.io", "hf.space", "readthedocs.io"],
  ...["fly.dev", "herokuapp.com", "netlify.app", "onrender.com", "pages.dev", "vercel.app", "workers.dev"],
  ...["datadoghq.com", "ingest.de.sentry.io", "ingest.sentry.io", "ingest.us.sentry.io", "ngrok.app", "ngrok.io"],
];

/** Domains of two labels that one vendor alone fills, each looked at by a person: a wildcard over another is refused. */
const OWNED = ["vscode-cdn.net"];

/** Why a wildcard over a domain is not for the catalogue, or nothing. */
function refusal(domain: string): string | undefined {
  if (SHARED.some((shared) => opens(`*.${domain}`, shared) || domain === shared || domain.endsWith(`.${shared}`)))
    return "shared by strangers";
  if (domain.split(".").length <= 2 && !OWNED.includes(domain)) return "two labels, and nobody looked";
  return undefined;
}

test("every file of the folder is a service, named like its file", () => {
  const files = readdirSync(join(root, "policies/services"));
  expect(files.sort()).toEqual(services.map(({ name }) => `${name}.yaml`).sort());
  expect(services.length).toBeGreaterThanOrEqual(36);
});

test.each(each)("%s: hosts are sorted, each once, with sorted ports", (_, { hosts }) => {
  const names = hosts.map(({ host }) => host);
  expect(names).toEqual([...new Set(names)].sort());
  for (const { ports } of hosts) expect(ports).toEqual([...new Set(ports)].sort((a, b) => a - b));
});

test.each(each)("%s: every line says where it is from: a page, or a measurement", (_, { hosts }) => {
  for (const { source } of hosts)
    expect(source).toMatch(/^(https:\/\/[a-z0-9.-]+\.[a-z]+\/\S*|measured \d{4}-\d{2}-\d{2}: .+)$/);
});

test.each(each)("%s: a wildcard is over names of one vendor, and on ports that carry the name", (_, { hosts }) => {
  for (const { host, ports } of hosts.filter(({ host }) => host.startsWith("*."))) {
    expect([host, refusal(host.slice(2))]).toEqual([host, undefined]);
    expect(ports.filter((port) => port !== 80 && port !== 443)).toEqual([]);
  }
});

test.each([
  ["com", "shared by strangers"],
  ["github.io", "shared by strangers"],
  ["someone.github.io", "shared by strangers"],
  ["s3.amazonaws.com", "shared by strangers"],
  ["sentry.io", "shared by strangers"],
  ["example.com", "two labels, and nobody looked"],
  ["cdn.example.com", undefined],
  ["vscode-cdn.net", undefined],
])("a wildcard over %s: %s", (domain, expected) => {
  expect(refusal(domain)).toBe(expected);
});

test("no service but telemetry opens a name of an agent's telemetry", () => {
  const spied = telemetry.flatMap(({ hosts }) => hosts.map(({ host }) => host));
  expect(spied.length).toBeGreaterThan(0);
  expect(spied.filter((host) => host.startsWith("*."))).toEqual([]);
  const opened = services
    .filter((service) => !telemetry.includes(service))
    .flatMap(({ name, hosts }) =>
      hosts.flatMap(({ host }) => spied.filter((spy) => opens(host, spy)).map((spy) => `${name} opens ${spy}`)),
    );
  expect(opened).toEqual([]);
});

const agents = readdirSync(join(root, "images/agents"))
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => AgentSchema.parse(parse(readFileSync(join(root, "images/agents", file), "utf8"))))
  .map((agent) => [agent.name, agent.services] as const);

test.each(agents)("%s: the services it names are there, and telemetry is only named as such", (_, named) => {
  const names = services.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([...named.api, ...named.login, ...named.telemetry]));
  expect([...named.api, ...named.login].filter((name) => name.endsWith("-telemetry"))).toEqual([]);
  expect(named.telemetry.filter((name) => !name.endsWith("-telemetry"))).toEqual([]);
});

test("only SSH and the web's two ports are open", () => {
  const ports = services.flatMap(({ hosts }) => hosts.flatMap(({ ports }) => ports));
  expect([...new Set(ports)].sort((a, b) => a - b)).toEqual([22, 80, 443]);
});

test("no service opens DNS over HTTPS: it would be a tunnel", () => {
  const resolvers = [
    "cloudflare-dns.com",
    "dns.google",
    "dns.quad9.net",
    "mozilla.cloudflare-dns.com",
    "one.one.one.one",
  ];
  const opened = services.flatMap(({ name, hosts }) =>
    hosts
      .filter(({ host }) => resolvers.some((resolver) => opens(host, resolver)))
      .map(({ host }) => `${name}: ${host}`),
  );
  expect(opened).toEqual([]);
});
