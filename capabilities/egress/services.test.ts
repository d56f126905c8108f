import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { AgentSchema } from "../image/agent.ts";
import { readServices, serviceNames } from "./look/catalogue.ts";
import type { WhyShared } from "./name.ts";
import { isWildcard, readName, refuseName } from "./name.ts";
import { DOMAINS, hintService, OTHER_NAMES, suggestService } from "./other-names.ts";
import { SHARED } from "./shared.ts";
import { sharedDomains } from "./suffix.ts";

const root = join(__dirname, "../..");
const services = readServices(root, serviceNames(root));
const each = services.map((service) => [service.name, service] as const);
const telemetry = services.filter(({ name }) => name.endsWith("-telemetry"));

/** True if a line of the catalogue opens a name. */
const opens = (line: string, name: string) => {
  const { host, itself, below } = readName(line);
  return (itself && name === host) || (below && name.endsWith(`.${host}`));
};

let whyShared: WhyShared;
beforeAll(async () => {
  whyShared = await sharedDomains(["*.example.com"]);
});

/** Domains of two labels that one vendor alone fills, each looked at by a person: a wildcard over another is refused. */
const OWNED = ["vscode-cdn.net"];

/** Why a wildcard over a domain is not for the catalogue, or nothing. */
function refusal(domain: string): string | undefined {
  const labels = domain.split(".");
  // Also a stranger's own place on a shared domain: a bundle is for everybody.
  if (labels.slice(0, -1).some((_, i) => whyShared(labels.slice(i).join(".")))) return "shared by strangers";
  if (whyShared(domain)) return "shared by strangers";
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

test.each(each)("%s: every line would be accepted from a client, too", (_, { hosts }) => {
  expect(hosts.map(({ host, ports }) => refuseName(host, ports, whyShared)).filter(Boolean)).toEqual([]);
});

test.each(each)("%s: every line says where it is from: a page, or a measurement", (_, { hosts }) => {
  for (const { source } of hosts)
    expect(source).toMatch(/^(https:\/\/[a-z0-9.-]+\.[a-z]+\/\S*|measured \d{4}-\d{2}-\d{2}: .+)$/);
});

test.each(each)("%s: a wildcard is over names of one vendor, and on ports that carry the name", (_, { hosts }) => {
  for (const { host, ports } of hosts.filter(({ host }) => isWildcard(host))) {
    expect([host, refusal(readName(host).host)]).toEqual([host, undefined]);
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
  expect(spied.filter(isWildcard)).toEqual([]);
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

test("no service opens a tunnel, a request catcher or a name of dynamic DNS, by whatever line", () => {
  const strangers = ["tunnel", "request catcher", "dynamic DNS"].flatMap((kind) => SHARED[kind]!);
  expect(strangers.length).toBeGreaterThan(30);
  const opened = services.flatMap(({ name, hosts }) =>
    hosts
      .map(({ host }) => readName(host).host)
      .filter((host) => strangers.some((domain) => host === domain || host.endsWith(`.${domain}`)))
      .map((host) => `${name}: ${host}`),
  );
  expect(opened).toEqual([]);
});

test("of a git service, the host that a token is for is open on 443, and nobody else's", () => {
  const git = services.filter((service) => service.git);
  expect(git.map(({ name }) => name)).toEqual(["bitbucket", "github", "gitlab"]);
  expect(new Set(git.map((service) => service.git!.host)).size).toBe(git.length);
  for (const { git: of, hosts } of git)
    expect(hosts.filter(({ host }) => host === of!.host).flatMap(({ ports }) => ports)).toContain(443);
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

test("what people call a service leads to it, and a slip to its nearest", () => {
  for (const [other, name] of Object.entries(OTHER_NAMES)) {
    expect(services.map((service) => service.name)).toContain(name);
    expect(services.map((service) => service.name)).not.toContain(other);
  }
  expect(suggestService("pip", serviceNames(root))).toBe(' Did you mean "pypi"?');
  expect(suggestService("gihub", serviceNames(root))).toBe(' Did you mean "github"?');
});

test.each(Object.entries(DOMAINS))("what is needed of %s is in the service %s", (domain, name) => {
  const hosts = services.find((service) => service.name === name)?.hosts ?? [];
  expect(hosts.map(({ host }) => readName(host).host).filter((host) => `.${host}`.endsWith(`.${domain}`))).not.toEqual(
    [],
  );
});

const known = { serviceNames: serviceNames(root), services, whyShared: () => undefined };

test.each(
  services.flatMap(({ name, hosts }) =>
    hosts.map(({ host }) => [readName(host).host.split(".").slice(-2).join("."), name]),
  ),
)("of %s, without a table, the services are told that have names of it: %s or the vendor's own", (domain, name) => {
  const told = hintService(domain, known);
  expect(Object.keys(DOMAINS).includes(domain) || told.includes(name)).toBe(true);
  expect(told).toMatch(/^\. What is needed of /);
  expect(hintService(domain, { ...known, whyShared: () => "strangers" })).toBe(DOMAINS[domain] ? told : "");
});

test.each([
  ["githubusercontent.com", /service github: list "github"/],
  ["ingest.sentry.io", /service sentry: list "sentry"/],
  ["github.com.evil.example", /^$/],
  ["notgithub.com", /^$/],
])("of %s the service is told that has what is needed, where one does", (host, told) => {
  expect(hintService(host, known)).toMatch(told);
});

test("every name at once is what profile web is for", () => {
  expect(refuseName("*", [443], () => undefined)).toMatch(/profile: web/);
});
