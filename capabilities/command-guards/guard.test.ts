import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseSpec } from "../../stack-file/spec.ts";
import { planBriefing } from "../briefing/briefing.ts";
import { chooseGuards } from "./guard.ts";
import { readGuards } from "./look.ts";

const guards = readGuards(process.cwd());
const folder = mkdtempSync(join(tmpdir(), "guard-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The image's own checker, with its rules in a folder of this test. */
function guard(call: unknown, profile: "standard" | "lockdown" = "standard"): { code: number | null; said: string } {
  const policy = { destinations: [], grants: [], endpoints: [], web: false };
  const [rules] = planBriefing("acme", { profile, ports: [], helpers: {} }, policy, guards);
  writeFileSync(join(folder, "guards.json"), (rules!.source as { text: string }).text);
  return run(call, join(folder, "guards.json"));
}

function run(call: unknown, rules: string): { code: number | null; said: string } {
  const input = typeof call === "string" ? call : JSON.stringify(call);
  const { status, stderr } = spawnSync("bash", ["images/runtime/command-guard", rules], { input, encoding: "utf8" });
  return { code: status, said: stderr };
}

beforeAll(() => execFileSync("jq", ["--version"]));

const REFUSED = [
  ["git reset --hard", "git-reset-hard"],
  ["cd /workspace &&  git  -C x reset HEAD~3 --hard", "git-reset-hard"],
  ["git clean -fdx", "git-clean"],
  ["git clean -d --force", "git-clean"],
  ["git push --force origin main", "git-force-push"],
  ["git push -f", "git-force-push"],
  ["git push origin +main", "git-force-push"],
  ["git push origin :main", "git-force-push"],
  ["git push --force-with-lease origin main", "git-force-push"],
  ["git branch -D feature", "git-branch-delete"],
  ["git worktree prune", "git-worktree"],
  ["git worktree remove --force ../x", "git-worktree"],
  ["git reflog expire --expire=now --all", "git-history"],
  ["git gc --prune=now", "git-history"],
  ["rm -rf /workspace", "remove-workspace"],
  ["rm -rf .", "remove-workspace"],
  ["rm -fr ./*", "remove-workspace"],
  ["rm -r -f ~", "remove-workspace"],
  ["rm --recursive .git", "remove-workspace"],
  ["true; rm -rf '/workspace/' ; true", "remove-workspace"],
] as const;

test.each(REFUSED)("%s is refused", (command, name) => {
  expect(guard({ tool_name: "Bash", tool_input: { command } })).toEqual({
    code: 2,
    said: expect.stringContaining(`(guard ${name})`),
  });
});

test.each([
  "git reset HEAD file",
  "git push origin feature",
  "git push --force-with-lease origin feature",
  "git branch -d merged",
  "git status; echo reset --hard",
  "rm -rf node_modules",
  "rm -rf ./build /workspace/dist",
  "rm .gitignore",
  "git clean -n",
  "npm run clean -- --force",
])("%s is let through", (command) => {
  expect(guard({ tool_input: { command } })).toEqual({ code: 0, said: "" });
});

test("the call is read in each agent's own words", () => {
  const command = "git reset --hard";
  for (const call of [
    { tool_name: "run_shell_command", tool_input: { command } },
    { toolName: "bash", toolArgs: JSON.stringify({ command }) },
    { toolName: "bash", toolArgs: { command } },
    { tool_name: "exec_command", tool_input: { cmd: command } },
    { tool_name: "shell", tool_input: { command: ["bash", "-lc", command] } },
  ])
    expect([call, guard(call).code]).toEqual([call, 2]);
});

test("another tool's call passes, and a call that cannot be read is refused in lockdown only", () => {
  expect(guard({ toolName: "view", toolArgs: "{}" }, "lockdown").code).toBe(0);
  expect(guard("not JSON")).toEqual({ code: 0, said: expect.stringContaining("cannot read this call") });
  expect(guard("not JSON", "lockdown").code).toBe(2);
  expect(guard({ toolName: "bash", toolArgs: "{" }, "lockdown").code).toBe(2);
});

test("without its rules nothing runs", () => {
  expect(run({ tool_input: { command: "ls" } }, join(folder, "none")).code).toBe(2);
});

test("a client has all guards, those it names, or none; a name that is none is told", () => {
  expect(chooseGuards({ guards: "all" }, guards).guards).toHaveLength(guards.length);
  expect(chooseGuards({ guards: "none" }, guards).guards).toEqual([]);
  expect(chooseGuards({ guards: ["git-clean"] }, guards).guards.map(({ name }) => name)).toEqual(["git-clean"]);
  expect(chooseGuards({ guards: ["git-claen"] }, guards).problems).toEqual([
    { path: "guards[0]", message: expect.stringContaining('"git-claen" is not a guard. Did you mean "git-clean"?') },
  ]);
});

test("what the agent is told has names and ports, and no address of the LAN", () => {
  const policy = {
    destinations: [{ host: "acme.example", subdomains: true, ports: [443], origin: "client" }],
    grants: [],
    endpoints: [{ name: "ollama", address: "192.168.1.20", port: 11434, origin: "client" }],
    web: false,
  };
  const told = planBriefing(
    "acme",
    { ...parseSpec({ workspace: "/srv/acme", ports: [8080, "13000:3000"] }).spec! },
    policy,
    [],
  ).find(({ role }) => role === "policy")!;
  expect(JSON.parse((told.source as { text: string }).text)).toEqual({
    client: "acme",
    profile: "standard",
    web: false,
    allow: [{ name: "*.acme.example", ports: [443] }],
    granted: [],
    endpoints: [{ name: "ollama", port: 11434 }],
    published: ["8080", "13000:3000"],
  });
});

test("a home that copilot's hook was copied into by an older image still has a program at the hook's path", () => {
  const dockerfile = readFileSync("images/runtime/Dockerfile", "utf8");
  expect(dockerfile).toContain("ln -s command-guard /usr/local/lib/agent-sandbox/guard;");
});
