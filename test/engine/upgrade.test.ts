import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT, useProject } from "./harness.ts";

/** The release before this one, whose gateway's programs were of shell. The commit is raised with each release; git's history here has to go back to it. */
const PREVIOUS = "4211238427180aea0e3e16cb9889485eb71784b6";

const project = useProject();
const { engine, internet } = project;
const acme = project.client("acme", { egress: { allow: ["allowed.test"] }, git: { ssh: "generate" } });
const previous = mkdtempSync(join(tmpdir(), "agent-sandbox-previous-"));
afterAll(() => rmSync(previous, { recursive: true }));

const NOTES = "cat ~/note /state/*/note; ssh-keygen -lf /run/git-keys/authentication.pub";

test("a sandbox that the release before made is taken over: its volumes stay, and what is replaced is said before, with why", async () => {
  placePrevious();
  project.takeSources(previous);
  // What is tried is that its sandbox is taken over. It may still have faults that were mended since (it can lose its addresses to a suite beside it), and goes on by the same command.
  const first = await acme.up();
  if (first.code !== 0) await acme.mustUp();
  await acme.exec("echo home >~/note; for state in /state/*; do echo $state >$state/note; done");
  const notes = (await acme.exec(NOTES)).stdout;
  expect(notes).toMatch(/^home\n\/state\/cache\n\/state\/history\n256 SHA256:/);
  // A line of the audit, which the new gateway keeps.
  expect((await acme.curl("https://before.test/", "--max-time", "3")).code).not.toBe(0);
  const [before, was] = [await volumes(), await acme.running()];
  expect(Object.keys(before).length).toBeGreaterThan(5);

  project.takeSources(ROOT);
  const { code, text } = await acme.preview("--diff");
  expect([code, text]).toEqual([0, expect.stringMatching(/images +~ gateway: made of changed sources/)]);
  expect(text).toMatch(/containers +~ gateway: it is run in another way/);
  expect(text).toMatch(
    new RegExp(`^ *\\+-docker:index/container:Container: \\(replace.*\n.*\n.*::${acme.gateway}\\]$`, "m"),
  );
  expect(text).not.toMatch(/[-+]-?docker:index\/volume/);
  expect(await acme.running()).toEqual(was);

  await acme.mustUp();
  expect(await volumes()).toMatchObject(before);
  expect((await acme.exec(NOTES)).stdout).toBe(notes);
  expect((await project.agentbox("audit", acme.name, "--since", "1d")).stdout).toContain("before.test");
  expect(await acme.curl("https://allowed.test/")).toMatchObject({ code: 0 });
  expect((await acme.curl("https://evil.test/", "--max-time", "3")).code).not.toBe(0);
  expect((await acme.mustUp("--refresh")).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  expect(await internet.reached("evil.test")).toEqual({ packets: 0, bytes: 0, connections: 0 });
  expect(await acme.destroy()).toMatchObject({ code: 0, stderr: "" });
  expect(await engine.residue(acme.name)).toEqual({ containers: [], networks: [], volumes: [] });
});

/** Each volume of the client, with what tells the directory of its data from one that was made anew. */
async function volumes(): Promise<Record<string, string>> {
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const { volumes } = await engine.residue(acme.name);
  const made = volumes.map(async (name): Promise<[string, string]> => {
    const { Mountpoint } = await engine.inspect(name);
    return [name, await engine.must([...asRoot, "stat", "--format", "%i %W", Mountpoint])];
  });
  return Object.fromEntries(await Promise.all(made));
}

/** As git has it, with the packages of its own lock. @throws where git's history does not go back so far */
function placePrevious(): void {
  const archive = execFileSync("git", ["-C", ROOT, "archive", PREVIOUS], { maxBuffer: 2 ** 28 });
  execFileSync("tar", ["-x", "-C", previous], { input: archive });
  const isSame = (name: string) =>
    readFileSync(join(previous, name), "utf8") === readFileSync(join(ROOT, name), "utf8");
  if (["package.json", "package-lock.json"].every(isSame))
    symlinkSync(join(ROOT, "node_modules"), join(previous, "node_modules"));
  else execFileSync("npm", ["ci", "--ignore-scripts"], { cwd: previous, stdio: "ignore" });
  // Node, Pulumi and its plugins.
  if (existsSync(join(ROOT, ".cache"))) symlinkSync(join(ROOT, ".cache"), join(previous, ".cache"));
}
