import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LabelledEngine } from "../test/labelled-engine.ts";

const ROOT = join(__dirname, "..");
const FILE = "stacks/Pulumi.acme.yaml";
const FIRST = `# The first.
config:
  agent-sandbox:workspace: /srv/acme # where it is
  agent-sandbox:agents: [shell]
  agent-sandbox:egress: {allow: [docs.acme.example]}
`;
const SECOND = FIRST.replace("# The first.", "# The second.").replace("[docs.acme.example]", "[github]");

/** A project in a repository, with a pulumi that writes down how it was called and what the file was then. */
let folder: string;
let engine: LabelledEngine;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-rollback-"));
  for (const own of ["stacks", "bin"]) mkdirSync(join(folder, own));
  symlinkSync(join(ROOT, "images"), join(folder, "images"));
  cpSync(join(ROOT, "policies"), join(folder, "policies"), { recursive: true });
  pulumi(0);
  engine = await LabelledEngine.in(folder);
  engine.containers = [{ name: "acme-agent", client: "acme" }];
  git("init", "--quiet");
  commit("first", FIRST);
  commit("second", SECOND);
});
afterEach(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the program of an `up` says, as Pulumi's log has it. */
const SAID = {
  diagnosticEvent: { severity: "warning", message: "WIDENS   egress        + docs.acme.example 80,443 (client)\n" },
};

function pulumi(status: number): void {
  writeFileSync(
    join(folder, "bin/pulumi"),
    `#!/bin/sh\necho "$@" >>calls\ncp ${FILE} placed\nprintf '%s\\n' '${JSON.stringify(SAID)}' >"$9"\nexit ${status}\n`,
  );
  chmodSync(join(folder, "bin/pulumi"), 0o755);
}
function git(...args: string[]): string {
  const who = ["-c", "user.name=x", "-c", "user.email=x@x.example", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...who, ...args], { cwd: folder, encoding: "utf8" }).trim();
}
function commit(message: string, text?: string): void {
  if (text !== undefined) writeFileSync(join(folder, FILE), text);
  git("add", "stacks", "policies");
  git("commit", "--quiet", "--message", message);
}
function rollback(...args: string[]): Promise<{ status: unknown; stdout: string; stderr: string }> {
  const { NODE_COMPILE_CACHE } = process.env;
  const env = { PATH: process.env.PATH, HOME: folder, AGENT_SANDBOX_ROOT: folder, NODE_COMPILE_CACHE };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(ROOT, "cli/agentbox.ts"), "rollback", ...args],
      { cwd: folder, env: { ...env, DOCKER_HOST: engine.host } },
      (error, stdout, stderr) => resolve({ status: error ? error.code : 0, stdout, stderr }),
    );
    child.stdin?.end();
  });
}
const text = (name: string) => readFileSync(join(folder, name), "utf8");

test("goes back to the version before: its review, the file as it was with all comments, and the same up", async () => {
  chmodSync(join(folder, FILE), 0o640);
  const { status, stdout, stderr } = await rollback("acme", "--yes");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^Back to stacks\/Pulumi\.acme\.yaml of [0-9a-f]+ of .* \(first\):$/m);
  expect(stdout).toMatch(/^WIDENS {3}egress {8}\+ docs\.acme\.example 80,443 \(client\)$/m);
  expect(stdout).toMatch(/^narrows {2}egress {8}- client: github: /m);
  expect(text(FILE)).toBe(FIRST);
  expect(text("placed")).toBe(FIRST);
  expect(text("calls")).toMatch(/^up --stack acme --yes --skip-preview [^\n]*\n$/);
  expect(stdout).toMatch(
    /^\$ pulumi up --stack acme\nWIDENS {3}egress {8}\+ docs\.acme\.example 80,443 \(client\)\n\nacme: brought up in \d+\.\d s\n {2}enter {4}agentbox enter acme\n/m,
  );
  expect(statSync(join(folder, FILE)).mode & 0o777).toBe(0o640);
});

test("names what it needs that changed since, and leaves that as it is", async () => {
  const [service, own] = ["policies/services/github.yaml", "policies/acme.yaml"] as const;
  writeFileSync(join(folder, own), "domains: [a.acme.example]\n");
  const third = SECOND.replace("{allow:", "{from: policies/acme.yaml, allow:");
  commit("third", third);
  for (const file of [service, own]) writeFileSync(join(folder, file), `${text(file)}# changed\n`);
  commit("fourth", FIRST);
  const { stdout } = await rollback("acme", "--to", "HEAD~1", "--yes");
  expect(stdout).toContain(`Not gone back with it, as of now: ${own}, ${service}\n`);
  expect(text(service)).toMatch(/# changed\n$/);
  expect(text(FILE)).toBe(third);
});

test("of a client that is not up it says so before the yes, and that it makes a new sandbox", async () => {
  engine.containers = [];
  // Of one that was taken away.
  engine.volumes = [{ name: "acme-home", client: "acme" }];
  const { status, stdout, stderr } = await rollback("acme");
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining("and run pulumi up, which makes a new sandbox?"),
  });
  expect(stdout).toMatch(
    /^acme is not up: nothing of it runs or could be started\. This makes a new sandbox:\n(.+\n)*new {6}egress {8}docs\.acme\.example 80,443 \(client\)$/m,
  );
  expect(stdout).not.toMatch(/WIDENS|narrows|nothing of what the sandbox may/);
});

test("revisions that mean the same are passed over, and where all do, none is gone back to", async () => {
  commit("third", SECOND.replace("# The second.", "# The third.").replace("[github]", '["github"]'));
  commit("fourth", `${SECOND}# The end.\n`);
  const { status, stdout } = await rollback("acme", "--yes");
  expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Back to .* \(first\):$/m) });
  expect(text(FILE)).toBe(FIRST);
  writeFileSync(join(folder, "stacks/Pulumi.globex.yaml"), FIRST);
  commit("globex");
  writeFileSync(join(folder, "stacks/Pulumi.globex.yaml"), `${FIRST}# The end.\n`);
  commit("globex again");
  expect(await rollback("globex", "--yes")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(
      "all other versions of stacks/Pulumi.globex.yaml in this repository mean the same as it does now: comments, or the way it is written",
    ),
  });
});

test("without a yes changes nothing", async () => {
  const { status, stderr } = await rollback("acme");
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining("Nobody can be asked here") });
  expect(text(FILE)).toBe(SECOND);
});

test("an up that fails is told, with the way back", async () => {
  pulumi(3);
  const { status, stdout } = await rollback("acme", "--yes");
  expect({ status, stdout }).toEqual({
    status: 1,
    stdout: expect.stringMatching(
      /the up failed; .* comes back with: git checkout HEAD -- stacks\/Pulumi\.acme\.yaml$/m,
    ),
  });
  expect(text(FILE)).toBe(FIRST);
});

test("the salt that Pulumi writes into a file is no change of it, and a client whose file is gone comes back", async () => {
  writeFileSync(join(folder, FILE), `${SECOND}encryptionsalt: v1:x\n`);
  expect(await rollback("acme", "--to", "HEAD", "--yes")).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("there is nothing to go back to"),
  });
  git("rm", "--quiet", "--force", FILE);
  git("commit", "--quiet", "--message", "gone");
  expect(await rollback("acme", "--yes")).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("a new sandbox:"),
  });
  expect(text(FILE)).toBe(SECOND);
});

describe("is refused, with nothing changed,", () => {
  const refuse = async (why: string | RegExp, ...args: string[]) => {
    const before = text(FILE);
    const { status, stderr } = await rollback(...args, "--yes");
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(why) });
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(text(FILE)).toBe(before);
  };

  test("to a revision that is not there, has no such file, or a file that this version does not take", async () => {
    await refuse(/there is no revision "nope" in this repository/, "acme", "--to", "nope");
    await refuse(/there is no revision "--help"/, "acme", "--to=--help");
    git("mv", FILE, "stacks/Pulumi.other.yaml");
    commit("other");
    commit("again", SECOND);
    await refuse(
      /HEAD~1 has no stacks\/Pulumi\.acme\.yaml\. Revisions that changed it: [0-9a-f, ]+$/m,
      "acme",
      "--to",
      "HEAD~1",
    );
    commit("wrong", SECOND.replace("agents:", "agnets:"));
    commit("right", SECOND);
    await refuse(/agnets +is not a key\. Did you mean "agents"\?/, "acme", "--to", "HEAD~1");
  });

  test("where the file has changes that no revision has", async () => {
    writeFileSync(join(folder, FILE), `${SECOND}# mine\n`);
    await refuse(/has changes that no revision has, and they would be lost/, "acme");
    writeFileSync(join(folder, "stacks/Pulumi.fresh.yaml"), SECOND);
    await refuse(/Pulumi\.fresh\.yaml is in no commit yet, and would be lost: commit it first \(git add /, "fresh");
  });
});
