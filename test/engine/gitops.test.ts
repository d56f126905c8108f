import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { type Client, useProject } from "./harness.ts";
import { Repository } from "./repository.ts";

// Whose directories and names these are; what they are is said in the repository alone.
const project = useProject();
const { engine } = project;
// In the order in which they are brought up.
const [acme, globex] = [project.client("acme"), project.client("globex")].sort((a, b) =>
  a.name < b.name ? -1 : 1,
) as [Client, Client];
const state = mkdtempSync(join(tmpdir(), "agent-sandbox-test-state-"));
const stackFile = ({ name }: { name: string }) => `stacks/Pulumi.${name}.yaml`;
const files = Object.fromEntries([acme, globex].map((client) => [client.name, readFileSync(client.path, "utf8")]));
let repository: Repository;
/** Where this state's plans wait, on this machine. */
const plans = () => {
  const [id = ""] = readFileSync(join(state, ".agent-sandbox-id"), "utf8").split(" ");
  return join(homedir(), ".cache/agent-sandbox/plans", id);
};

/** The stack file of a client, with keys besides the lab's. */
function declared(client: { name: string }, more: Record<string, unknown> = {}): string {
  const { config } = parse(files[client.name]!);
  const keys = Object.entries(more).map(([key, value]) => [`agent-sandbox:${key}`, value]);
  return stringify({ config: { ...config, ...Object.fromEntries(keys) } });
}

/** Branch, push, merge. @returns the merge's commit */
function merged(branch: string, edits: Record<string, string | undefined>): string {
  for (const [file, text] of Object.entries(edits)) repository.write(file, text);
  repository.push(branch);
  return repository.merge(branch);
}

/** What the two jobs of a merge do. */
async function bringUp(head: string): Promise<{ plan: string; up: string }> {
  const plan = await repository.make("ci-plan", { HEAD: head });
  if (plan.code !== 0) throw new Error(plan.text);
  repository.checkOut("main");
  const up = await repository.make("ci-up", { HEAD: head });
  if (up.code !== 0) throw new Error(up.text);
  return { plan: plan.stdout, up: up.stdout };
}

const planned = (text: string) => text.match(/^(Planned of .*|\S+ changes no client.*)$/m)?.[0];

beforeAll(() => {
  for (const client of [acme, globex]) client.forget();
  repository = new Repository({
    ...{ PULUMI_BACKEND_URL: `file://${state}?metadata=skip`, PULUMI_CONFIG_PASSPHRASE: "of the team", CI: "true" },
  });
});
afterAll(async () => {
  for (const client of [acme, globex])
    await repository.pulumi("destroy", "--stack", client.name, "--yes", "--skip-preview", "--non-interactive");
  for (const folder of [plans(), state]) rmSync(folder, { recursive: true, force: true });
  repository.remove();
});

describe("a merge", () => {
  test("of new clients plans both and brings up what was planned, in order, and leaves no plan", async () => {
    const head = merged("two-clients", { [stackFile(acme)]: declared(acme), [stackFile(globex)]: declared(globex) });
    const { plan, up } = await bringUp(head);
    expect(plan).toContain(`### ✅ ${acme.name}: it is new`);
    expect(planned(plan)).toContain(`: ${acme.name}, ${globex.name}. `);
    expect(up.indexOf(`✅ ${acme.name}`)).toBeLessThan(up.indexOf(`✅ ${globex.name}`));
    const left = readdirSync(plans(), { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".plan.json"),
    );
    expect(left).toEqual([]);
  });

  test("brings up the client that it changes and no other, and stack history and the audit name its commit", async () => {
    const before = [await acme.running(), await globex.running()];
    const head = merged("docs", { [stackFile(acme)]: declared(acme, { egress: { allow: ["allowed.test"] } }) });
    const { plan } = await bringUp(head);
    expect(plan).toContain("WIDENS   egress        + allowed.test 80,443 (client)");
    expect(planned(plan)).toMatch(new RegExp(`: ${acme.name}; ${globex.name}: nothing of it changes\\.`));
    expect([await acme.running(), await globex.running()]).toEqual(before);
    const history = await repository.pulumi("stack", "history", "--stack", acme.name, "--json", "--page-size", "1");
    expect(JSON.parse(history.stdout)[0].environment).toMatchObject({
      "git.head": head,
      "pulumi.env.PULUMI_AGENT_SANDBOX_CLEAN": "set",
    });
    const policies = (await acme.audit()).filter(({ kind, reason }) => kind === "policy" && reason === "live");
    expect(policies.at(-1)).toMatchObject({ commit: head });
    expect(policies.at(-1)).not.toHaveProperty("dirty");
  });

  test("of a comment, a page, or a service that no client names changes nothing", async () => {
    const head = merged("nothing", {
      [stackFile(acme)]: `# Ann asked for it.\n${declared(acme, { egress: { allow: ["allowed.test"] } })}`,
      [stackFile(globex)]: declared(globex),
      "docs/more.md": "More.\n",
      "policies/services/ours.yaml": service("one.test"),
    });
    const { plan, up } = await bringUp(head);
    expect(planned(plan)).toMatch(/changes no client; .* nothing of it changes\./);
    expect(up).toMatch(/Nothing of \S+ is left to do\./);
  });

  test("of a service brings up the clients that name it", async () => {
    await bringUp(merged("names-it", { [stackFile(globex)]: declared(globex, { egress: { allow: ["ours"] } }) }));
    const { plan } = await bringUp(merged("service", { "policies/services/ours.yaml": service("two.test") }));
    expect(planned(plan)).toMatch(new RegExp(`: ${globex.name}; ${acme.name}: nothing of it changes\\.`));
  });

  test("whose client failed is brought up with the next one", async () => {
    // There is no such directory on the engine's machine, which no review can know.
    const none = { egress: { allow: ["allowed.test"] }, mounts: [{ host: "/nowhere/at/all", at: "/docs" }] };
    const failed = await repository.make("ci-plan", {
      HEAD: merged("bad", { [stackFile(acme)]: declared(acme, none) }),
    });
    expect(failed.code).not.toBe(0);
    expect(failed.stdout).toMatch(new RegExp(`^${acme.name} cannot be planned, so \\S+ has no plans`, "m"));
    expect((await repository.make("ci-up")).text).toMatch(/this machine has no plans of/);
    const good = { egress: { allow: ["allowed.test"] }, mounts: [{ host: project.directory("docs"), at: "/docs" }] };
    const { plan } = await bringUp(merged("good", { [stackFile(acme)]: declared(acme, good) }));
    expect(planned(plan)).toContain(`: ${acme.name}; `);
  });

  test("is no more carried out when something changed since it was planned", async () => {
    const head = merged("stale", {
      [stackFile(acme)]: declared(acme, { egress: { allow: ["allowed.test", "a.test"] } }),
    });
    expect((await repository.make("ci-plan", { HEAD: head })).code).toBe(0);
    await engine.ask("rm", "--force", acme.gateway);
    const { code, stdout } = await repository.make("ci-up", { HEAD: head });
    expect(code).not.toBe(0);
    expect(stdout).toMatch(new RegExp(`^❌ ${acme.name}: what would be done now is not what was planned`, "m"));
    expect((await engine.residue(acme.name)).containers).not.toContain(acme.gateway);
    await bringUp(head);
    expect((await acme.curl("https://allowed.test/")).code).toBe(0);
  });
});

describe("a night", () => {
  test("asks each client for drift and walls, and says what it found, and what it could not look at", async () => {
    const quiet = await repository.make("ci-nightly");
    expect(quiet).toMatchObject({ code: 0, stdout: expect.stringContaining("## Sandboxes: as declared") });
    for (const { name } of [acme, globex])
      for (const look of ["drift", "verify"]) expect(quiet.stdout).toContain(`### ✅ ${name}, ${look}: as declared`);
    await engine.ask("stop", "--time", "0", acme.agent);
    const found = await repository.make("ci-nightly");
    expect(found.code).not.toBe(0);
    expect(found.stdout).toContain(`### ❌ ${acme.name}, drift: found something, or could not look`);
    expect(found.stdout).toContain("it is exited");
    expect(found.stdout).toContain(`### ✅ ${globex.name}, verify: as declared`);
    await engine.ask("start", acme.agent);
  });
});

describe("a runner", () => {
  test("places nothing of files that are not as the commit has them, or of another commit", async () => {
    repository.checkOut("main");
    const other = await repository.make("ci-plan", { HEAD: "HEAD~1" });
    expect(other.text).toMatch(/HEAD~1 is \S+, and \S+ is checked out/);
    writeFileSync(join(repository.runner, "policies/services/mine.yaml"), service("mine.test"));
    const dirty = await repository.make("ci-plan");
    expect(dirty.text).toMatch(/policies\/services\/mine\.yaml is not as \S+ has it/);
    expect(existsSync(join(repository.runner, ".state/.pulumi"))).toBe(false);
  });
});

/** A service of the catalogue with one host. */
function service(host: string): string {
  return stringify({
    ...{ name: "ours", description: "Ours." },
    hosts: [{ host, why: "A test.", source: "https://acme.example/", seen: "2026-11-28" }],
  });
}
