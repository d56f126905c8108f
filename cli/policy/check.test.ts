import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readServices, serviceNames } from "../../capabilities/egress/look/catalogue.ts";
import { sharedDomains } from "../../capabilities/egress/suffix.ts";
import { askedOf, checkName, describeVerdict, readAsked } from "./check.ts";
import { addLines, readClient, removeLines } from "./edit.ts";

const ROOT = join(__dirname, "../..");
const FILE = `# acme
config:
  agent-sandbox:workspace: ~/w
  agent-sandbox:agents: [claude] # the one
  agent-sandbox:egress:
    allow:
      - npm
      - {host: git.acme.example, ports: [22]} # theirs
      - "*.acme.example"
    lan: {ollama: 192.168.1.20:11434}
  agent-sandbox:grants:
    - {allow: sentry, until: 2126-12-01T18:00Z, why: looks}
    - {allow: ended.example, until: 2020-12-01T18:00Z, why: looked}
`;

let root: string;
const text = () => readFileSync(join(root, "stacks/Pulumi.acme.yaml"), "utf8");
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "agent-sandbox-policy-test-"));
  mkdirSync(join(root, "stacks"));
  for (const own of ["policies", "images"]) symlinkSync(join(ROOT, own), join(root, own));
  writeFileSync(join(root, "stacks/Pulumi.acme.yaml"), FILE);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A name that the service npm opens, as its file has it. */
const NPM = readServices(ROOT, ["npm"])[0]!.hosts[0]!.host;

async function told(asked: string): Promise<string> {
  const names = serviceNames(ROOT);
  const known = { serviceNames: names, services: readServices(ROOT, names), whyShared: await sharedDomains(["*.a.b"]) };
  const declaration = await readClient(root, "acme");
  return readAsked(asked, known)
    .flatMap((host) => describeVerdict(host, checkName(root, declaration, host, known, "2026-11-30T12:00:00Z")))
    .join("\n");
}

test("a service is asked about by each of its names, and a slip of one is no host to be opened", async () => {
  const names = readServices(ROOT, ["npm"])[0]!.hosts.map(({ host }) => host);
  for (const name of names) expect(await told("npm")).toContain(`allowed  ${name}:443`);
  expect(await told("gihub")).toMatch(
    /^refused {2}gihub:443: .*\n {2}it is no service, and no host either: .* Did you mean "github"\?$/,
  );
  expect(await told("NPM")).toBe(await told("npm"));
  expect(await told("github:22")).toMatch(
    /it is a service, whose names have ports of their own: agentbox policy check acme github$/,
  );
  // What opens all of them is the service, on whatever port each has.
  expect(await told("github")).toMatch(
    /^refused {2}github\.com:22: .*\n {2}to open it: agentbox policy add acme github$/m,
  );
});

test("an endpoint is open on the ports that it is declared with", async () => {
  expect(await told("ollama:11434")).toMatch(/^allowed {2}ollama:11434\n/);
  expect(await told("ollama")).toBe("refused  ollama:443: it is open on 11434 alone");
});

test.each<[string, RegExp]>([
  [NPM, /^allowed .*client: npm\)\n {4}stacks\/Pulumi\.acme\.yaml:7\n {4}policies\/services\/npm\.yaml:\d+$/s],
  ["https://api.anthropic.com/v1", /^allowed .*agent claude: claude\)\n {4}stacks\/Pulumi\.acme\.yaml:4\n/s],
  ["git.acme.example:22", /^allowed .*\n {4}stacks\/Pulumi\.acme\.yaml:8$/s],
  ["git.acme.example", /^allowed .*\n {2}\*\.acme\.example .*\n {4}stacks\/Pulumi\.acme\.yaml:9$/s],
  ["http://a.b.ACME.example.", /^allowed {2}a\.b\.acme\.example:80\n/],
  ["ollama:11434", /^allowed .*\n {4}stacks\/Pulumi\.acme\.yaml:10$/s],
  ["sentry.io", /^allowed .*until 2126-12-01 18:00 UTC\n.*\n {4}stacks\/Pulumi\.acme\.yaml:12\n/s],
  ["ended.example", /^refused .*no line opens it\n {2}to open it: agentbox policy add acme ended\.example$/s],
  ["acme.example", /^refused /],
  ["notacme.example", /^refused /],
  ["ollama:80", /^refused /],
  [
    "git.acme.example:23",
    /^refused .*open on 22 alone\n {2}to open it: agentbox policy add acme git\.acme\.example --ports 22,23$/s,
  ],
  ["pypi.org", /^refused .*agentbox policy add acme pypi$/s],
  ["192.168.1.20:11434", /^refused .*an address is never reached.*egress\.lan/s],
])("what the files say of %s is told with the lines that say it", async (asked, says) => {
  expect(await told(asked)).toMatch(says);
});

test("where the profile opens nothing, no line would", async () => {
  writeFileSync(
    join(root, "stacks/Pulumi.acme.yaml"),
    "config:\n  agent-sandbox:workspace: ~/w\n  agent-sandbox:profile: offline\n",
  );
  expect(await told(NPM)).toMatch(/^refused .*profile offline opens nothing\n {2}write profile: standard/);
});

test("what is added is allowed, and taken out again the file is as it was", async () => {
  expect(await addLines(root, "acme", ["pypi", { host: "db.example", ports: [5432] }, "npm", "pypi"])).toHaveLength(2);
  expect(await told("pypi.org")).toMatch(/^allowed/);
  expect(await told("db.example:5432")).toMatch(/^allowed/);
  expect(text()).toContain("# theirs");
  expect(await removeLines(root, "acme", ["pypi", "db.example"])).toEqual({
    removed: ["pypi", { host: "db.example", ports: [5432] }],
    comments: [],
  });
  expect(text()).toBe(FILE);
});

test.each([
  [["gihub"], /egress\.allow\[3\] +"gihub" is not a service.*Did you mean "github"/],
  [["*.co.uk"], /egress\.allow\[3\]/],
  [["docs.example", "10.0.0.1"], /egress\.allow\[4\]/],
  [[{ host: "npm", ports: [22] }], /"npm" is a service/],
])("with one line that is wrong nothing is written: %j", async (items, says) => {
  await expect(addLines(root, "acme", items)).rejects.toThrow(says);
  expect(text()).toBe(FILE);
});

test("of several lines that are to go all go, or none", async () => {
  await expect(removeLines(root, "acme", ["npm", "sentry"])).rejects.toThrow(
    /no line "sentry" in egress\.allow.*policy check acme sentry/,
  );
  expect(text()).toBe(FILE);
});

test("a line that something else in the file needs stays", async () => {
  writeFileSync(
    join(root, "stacks/Pulumi.acme.yaml"),
    `${FILE}  agent-sandbox:git: {tokens: {git.acme.example:22: {env: PAT}}}\n`,
  );
  const before = text();
  await expect(removeLines(root, "acme", ["git.acme.example"])).rejects.toThrow(/git\.tokens.*nothing was changed/s);
  expect(text()).toBe(before);
});

test("a mistake that was there before keeps no line open, whichever place it has in the list then", async () => {
  const wrong = FILE.replace("      - npm\n", "      - npm\n      - gihub\n").replace("[claude]", "[claud]");
  for (const broken of [wrong, wrong.replace("gihub", "{}"), FILE.replace("[claude]", "[claud]")]) {
    writeFileSync(join(root, "stacks/Pulumi.acme.yaml"), broken);
    expect((await removeLines(root, "acme", ["npm"])).removed).toEqual(["npm"]);
    expect(text()).toBe(broken.replace("      - npm\n", ""));
  }
});

test("nor does a mistake in another client's file, and one that is no YAML is told", async () => {
  writeFileSync(join(root, "stacks/Pulumi.globex.yaml"), "config: [\n");
  expect((await removeLines(root, "acme", ["npm"])).removed).toEqual(["npm"]);
  await expect(removeLines(root, "globex", ["npm"])).rejects.toThrow(/^stacks\/Pulumi\.globex\.yaml is not YAML/);
  writeFileSync(join(root, "stacks/Pulumi.acme.yaml"), "config: {agent-sandbox:egress: {allow: npm}}\n");
  await expect(removeLines(root, "acme", ["npm"])).rejects.toThrow(/has no line "npm" in egress\.allow/);
});

test("where a file of egress.from is not on this machine, what no other line opens is unseen, and no refusal", async () => {
  writeFileSync(
    join(root, "stacks/Pulumi.acme.yaml"),
    FILE.replace("    allow:", "    from: ~/nowhere/of-this-test.yaml\n    allow:"),
  );
  expect(await told("pypi.org")).toMatch(/^UNSEEN .*what ~\/nowhere\/of-this-test\.yaml opens is not known here/);
  expect(await told(NPM)).toMatch(/^allowed /);
  expect(await told("10.0.0.1")).toMatch(/^refused /);
});

test("a line's names are those of its service, or its own", () => {
  const services = readServices(ROOT, ["npm"]);
  expect(askedOf("npm", { services })).toContainEqual({ name: NPM, port: 443 });
  expect(askedOf("*.a.example", { services })).toEqual([443, 80].map((port) => ({ name: "*.a.example", port })));
  expect(askedOf(".a.example", { services })).toHaveLength(4);
  expect(askedOf({ host: "a.example", ports: [22] }, { services })).toEqual([{ name: "a.example", port: 22 }]);
});

test("what a wildcard still opens of a wildcard that went is found", async () => {
  expect(await told("*.git.acme.example")).toMatch(/^allowed /);
  expect(await told("*.other.example")).toMatch(/^refused /);
});
