import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wordsOf } from "./completions.ts";
import { renderMan } from "./man.ts";

let root: string;
beforeAll(() => {
  // With what a shell would split or run, if it read it.
  root = join(mkdtempSync(join(tmpdir(), "agent-sandbox-completions-")), "it's $(touch ran) here");
  mkdirSync(join(root, "stacks"), { recursive: true });
  mkdirSync(join(root, "images/agents"), { recursive: true });
  for (const name of ["Pulumi.acme.yaml", "Pulumi.globex.yaml", "Pulumi.$(touch ran).yaml", "Pulumi.a b.yaml"])
    writeFileSync(join(root, "stacks", name), "");
  writeFileSync(join(root, "images/agents/claude.yaml"), "");
  const env = { ...process.env, AGENT_SANDBOX_ROOT: root };
  const printed = execFileSync(process.execPath, [join(__dirname, "agentbox.ts"), "completions", "bash"], { env });
  writeFileSync(join(root, "completions"), printed);
}, 60_000);
afterAll(() => rmSync(join(root, ".."), { recursive: true, force: true }));

/** What bash's own machinery offers after these words: the function that `complete` has for agentbox, called as readline calls it. */
function offered(...words: string[]): string[] {
  const script = `source ./completions
function_of=$(complete -p agentbox | sed -E 's/.* -F ([^ ]+) .*/\\1/')
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
"$function_of" agentbox "\${COMP_WORDS[COMP_CWORD]}"
[ ! -e ran ] || echo RAN
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", script, "bash", "agentbox", ...words], {
    cwd: root,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return stdout.split("\n").filter(Boolean);
}

test.each([
  [["doc"], ["doctor"]],
  [["re"], ["restart", "resume", "review"]],
  [
    ["enter", ""],
    ["acme", "globex", "claude"],
  ],
  [["enter", "acme", "cl"], ["claude"]],
  [["status", "g"], ["globex"]],
  [["policy", "ch"], ["check"]],
  [["policy", "check", "ac"], ["acme"]],
  [["up", "--k"], ["--keep-going"]],
  [
    ["doctor", "--"],
    ["--help", "--fix", "--json"],
  ],
  [["help", "sw"], ["sweep"]],
  [["of-tomorrow", ""], []],
])("bash completes %j", (words, expected) => {
  expect(offered(...words)).toEqual(expected);
});

test("what a usage says is what is offered, and no other program's options", () => {
  const usage = "images [prune [TAG…]] [--dry-run] | of CLIENT --since 7d";
  expect(wordsOf({ usage, help: "Like `docker --prune`.\n\n  --force   now" }, "images")).toEqual({
    ...{ words: ["of", "prune"], options: ["--dry-run", "--force", "--since"], clients: true, agents: false },
  });
});

test("a page for man shows each text as it is written", () => {
  const help = "A \\n is no line.\n.TH none\n'tis --json";
  const lines = renderMan([{ name: "a", summary: "does it", usage: "a CLIENT", help }]).split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([".SS agentbox a CLIENT", "A \\en is no line.", "\\&.TH none", "\\&'tis \\-\\-json"]),
  );
});
