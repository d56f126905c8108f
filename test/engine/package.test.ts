import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine, type Run, run } from "./engine.ts";
import { ROOT } from "./harness.ts";

// A project of somebody's own, with the package that `make release` makes as its dependency, made and set up by the words of docs/package.md.

const engine = new Engine();
const work = mkdtempSync(join(tmpdir(), "agent-sandbox-package-"));
const folder = join(work, "sandboxes");
const client = `t${process.env.TEST_RUN}${randomBytes(3).toString("hex")}-pack`;
const library = `${client}-lib`;
const workspaces = [client, library].map((name) => join(work, name));
const environment = {
  ...engine.environment(),
  PULUMI_CONFIG_PASSPHRASE: "of this test",
};
/** What a person's shell has, without the tools of this checkout. */
const bare = {
  ...{ ...process.env, ...environment, npm_config_cache: join(work, "npm") },
  PATH: process.env
    .PATH!.split(":")
    .filter((place) => !place.startsWith(ROOT))
    .join(":"),
};
const bin = (program: "pulumi" | "agentbox", ...args: string[]): Promise<Run> =>
  run(join(folder, "bin", program), args, environment, folder);
/** Pulumi itself, as somebody has it who has programs of his own. */
const pulumi = (...args: string[]): Promise<Run> => {
  const [, tools = ""] = /^PULUMI_BIN=(.*)$/m.exec(readFileSync(join(folder, ".cache/tools.sh"), "utf8")) ?? [];
  const own = {
    ...{ PATH: `${tools}:${join(folder, ".cache/bin")}:${process.env.PATH}`, PULUMI_HOME: join(folder, ".cache/home") },
    ...{
      PULUMI_BACKEND_URL: `file://${join(work, "state")}?metadata=skip`,
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    },
  };
  return run(join(tools, "pulumi"), args, { ...environment, ...own }, folder);
};
const write = (file: string, text: string) => writeFileSync(join(folder, file), text);

beforeAll(() => {
  mkdirSync(join(work, "state"));
  for (const workspace of workspaces) {
    mkdirSync(workspace);
    if (process.getuid?.() === 0) chownSync(workspace, 1000, 1000);
  }
  const out = join(work, "release");
  execFileSync(process.execPath, ["release/release.ts", out], { cwd: ROOT, stdio: "ignore" });
  const [tarball = ""] = readdirSync(out).filter((file) => file.endsWith(".tgz"));
  // As somebody has it who types what docs/package.md says: the machine's own Node, which may be too old, and npm, whose store of packages alone is shared with this machine's.
  const npm = (...args: string[]) =>
    execFileSync("npm", args, { cwd: work, env: bare, encoding: "utf8", stdio: "pipe" });
  const store = join(execFileSync("npm", ["config", "get", "cache"], { encoding: "utf8" }).trim(), "_cacache");
  mkdirSync(store, { recursive: true });
  mkdirSync(bare.npm_config_cache);
  symlinkSync(store, join(bare.npm_config_cache, "_cacache"));
  const said = npm(
    ...["exec", "--yes", `--package=${join(out, tarball)}`, "--", "agentbox", "init", folder, "--yes", "--ci", "none"],
    ...["--client", client, "--workspace", workspaces[0]!, "--agents", "shell"],
  );
  expect(said).toContain(`make preview STACK=${client}`);
  execFileSync("make", ["-C", folder, "setup"], { env: bare, stdio: "ignore" });
}, 600_000);
afterAll(async () => {
  // Where a test ended half-way: its rules of the host too, which no engine lists.
  for (const name of [client, library])
    if ((await engine.clients()).includes(name)) {
      await run(join(ROOT, "bin/agentbox"), ["wipe", name, "--yes"], environment);
      await engine.remove(name);
    }
  rmSync(work, { recursive: true, force: true });
});

test("the project that init makes has nothing wrong, and reads a service of its own beside the package's", async () => {
  mkdirSync(join(folder, "policies/services"));
  const service = (name: string) =>
    `name: ${name}\ndescription: Ours.\nhosts:\n  - {host: own.example, why: ours, source: "https://own.example/", seen: 2026-11-30}\n`;
  write("policies/services/own.yaml", service("own"));
  const file = `stacks/Pulumi.${client}.yaml`;
  const first = readFileSync(join(folder, file), "utf8");
  write(file, first.replace(/allow: .*/, "allow: [own, npm]"));
  expect((await bin("agentbox", "check")).text).toMatch(/nothing is wrong/);
  write("policies/services/npm.yaml", service("npm"));
  const clash = await bin("agentbox", "check");
  expect(clash.code).toBe(1);
  expect(clash.text).toContain(
    `agent-sandbox has one of this name too (${join(folder, "node_modules/agent-sandbox/policies/services/npm.yaml")})`,
  );
  rmSync(join(folder, "policies/services/npm.yaml"));
});

test("what the project locks itself is raised by `agentbox bump`, and what comes with the package is not", async () => {
  const npm = join(work, "fake");
  const bump = (...names: string[]) =>
    run(
      join(folder, "bin/agentbox"),
      ["bump", ...names],
      { ...environment, PATH: `${npm}:${process.env.PATH}` },
      folder,
    );
  expect(await bump()).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/has no images\/lock\.yaml of its own/),
  });
  const entry = (version: string, letter: string, released: string) =>
    `# Ours.\npackages:\n  acme-bot:\n    any:\n      package: acme-bot\n      version: ${version}\n      integrity: sha512-${letter.repeat(86)}==\n      released: ${released}\n`;
  mkdirSync(npm);
  mkdirSync(join(folder, "images"), { recursive: true });
  write("images/lock.yaml", entry("1.0.0", "A", "2026-01-01"));
  writeFileSync(
    join(npm, "npm"),
    `#!/bin/sh
case "$2" in
  acme-bot) echo '{"versions": ["1.0.0", "1.1.0"], "time": {"1.0.0": "2026-01-01T00:00:00Z", "1.1.0": "2026-02-02T00:00:00Z"}}' ;;
  acme-bot@1.1.0) echo '{"dist.integrity": "sha512-${"B".repeat(86)}=="}' ;;
  *) exit 1 ;;
esac
`,
    { mode: 0o755 },
  );
  for (const name of ["claude", "base"])
    expect(await bump(name)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /is not in images\/lock\.yaml\..* There are: acme-bot\. .*npm update agent-sandbox/,
      ),
    });
  expect(await bump()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^acme-bot {2}1\.0\.0 .* → 1\.1\.0 /) });
  expect(readFileSync(join(folder, "images/lock.yaml"), "utf8")).toBe(entry("1.1.0", "B", "2026-02-02"));
  write("images/lock.yaml", entry("1.0.0", "A", "2026-01-01").replace("acme-bot:", "claude:"));
  expect(await bump("--check")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /packages\.claude +agent-sandbox locks claude too .*give this project's another name/,
    ),
  });
  rmSync(join(folder, "images/lock.yaml"));
});

test("it converges, is verified, and is wiped without a trace", async () => {
  const up = await bin("pulumi", "up", "--stack", client, "--yes", "--skip-preview", "--non-interactive");
  expect([up.code, up.code ? up.text : ""]).toEqual([0, ""]);
  // The same images as by a checkout of this version: nothing was built.
  expect(up.text).not.toMatch(/is being built/);
  expect((await bin("agentbox", "verify", client)).code).toBe(0);
  const early = await bin("agentbox", "uninstall", "--yes");
  expect(early.code).toBe(2);
  expect(early.text).toMatch(
    new RegExp(`^agentbox: nothing was removed:\n[^]*  ${client} stands on .*: agentbox destroy ${client}$`, "m"),
  );
  const again = await bin("pulumi", "preview", "--stack", client, "--non-interactive", "--expect-no-changes");
  expect([again.code, again.code ? again.text : ""]).toEqual([0, ""]);
  const down = await bin("pulumi", "destroy", "--stack", client, "--yes", "--skip-preview", "--non-interactive");
  expect([down.code, down.code ? down.text : ""]).toEqual([0, ""]);
  expect(await engine.residue(client)).toEqual({ containers: [], networks: [], volumes: [] });
}, 600_000);

test("arguments and outputs are typed: a slip is the compiler's to tell", () => {
  write(
    "typed.ts",
    `import { AgentSandbox, type AgentSandboxArgs } from "agent-sandbox";
import type { Output } from "@pulumi/pulumi";
const args: AgentSandboxArgs = { workspace: "/x", egress: { allow: ["github", { host: "a.example", ports: [22] }] }, gpu: { count: 1 } };
export const posture: Output<string> = new AgentSandbox("acme", args).posture;
// @ts-expect-error
new AgentSandbox("acme", { workspace: "/x", egres: {} });
// @ts-expect-error
new AgentSandbox("acme", { agents: ["claude"] });
`,
  );
  const words = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024", "--types", "node"];
  execFileSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), ...words, "typed.ts"], {
    cwd: folder,
  });
}, 300_000);

test("a program of somebody's own has a client by `new AgentSandbox`, and knows at its next run what stood", async () => {
  const words = { workspace: workspaces[1], agents: ["shell"], profile: "offline" };
  write(
    "index.ts",
    `import { AgentSandbox } from "agent-sandbox";\nconst one = new AgentSandbox("${library}", ${JSON.stringify(words)});\nexport const enter = one.enter;\nexport const sandboxes = AgentSandbox.outputs();\n`,
  );
  // Its stacks are no clients.
  write(
    "Pulumi.yaml",
    readFileSync(join(folder, "Pulumi.yaml"), "utf8")
      .replace("name: agent-sandbox", "name: somebodys")
      .replace("stackConfigDir: stacks\n", ""),
  );
  expect((await pulumi("stack", "init", "dev", "--non-interactive")).code).toBe(0);
  const up = await pulumi("up", "--stack", "dev", "--yes", "--skip-preview", "--non-interactive");
  expect([up.code, up.code ? up.text : ""]).toEqual([0, ""]);
  expect(up.text).toContain(`exec -it ${library}-agent enter shell`);
  const again = await pulumi("preview", "--stack", "dev", "--non-interactive", "--expect-no-changes");
  expect([again.code, again.code ? again.text : ""]).toEqual([0, ""]);
  const down = await pulumi("destroy", "--stack", "dev", "--yes", "--skip-preview", "--non-interactive");
  expect([down.code, down.code ? down.text : ""]).toEqual([0, ""]);
  expect(await engine.residue(library)).toEqual({ containers: [], networks: [], volumes: [] });
}, 600_000);
