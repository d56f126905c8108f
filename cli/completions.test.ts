import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wordsOf } from "./completions.ts";
import { renderMan } from "./man.ts";

/** Of no client: what a shell would split, run or take for a pattern, if it read it. */
const NONE = ["$(touch ran)", "`touch ran`", "(touch ran)", "x;touch ran", "a b", "*", "-n", "a\nacme2"];

let root: string;
beforeAll(() => {
  root = join(mkdtempSync(join(tmpdir(), "agent-sandbox-completions-")), "it's \\ $(touch ran) (touch ran) here");
  for (const folder of ["stacks", "images/agents", "home"]) mkdirSync(join(root, folder), { recursive: true });
  for (const name of ["acme", "globex", ...NONE]) writeFileSync(join(root, `stacks/Pulumi.${name}.yaml`), "");
  for (const name of ["claude", ...NONE]) writeFileSync(join(root, `images/agents/${name}.yaml`), "");
  const env = { ...process.env, AGENT_SANDBOX_ROOT: root };
  for (const shell of Object.keys(OFFERS)) {
    const args = [join(__dirname, "agentbox.ts"), "completions", shell];
    writeFileSync(join(root, `completions.${shell}`), execFileSync(process.execPath, args, { env }));
  }
}, 60_000);
afterAll(() => rmSync(join(root, ".."), { recursive: true, force: true }));

/** How each shell is asked what it offers: a script, whose words are those of the line, and which prints an offer a line behind a `>`. */
const OFFERS = {
  // The function that `complete` has for agentbox, called as readline calls it.
  bash: `source ./completions.bash
function_of=$(complete -p agentbox | sed -E 's/.* -F ([^ ]+) .*/\\1/')
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
"$function_of" agentbox "\${COMP_WORDS[COMP_CWORD]}"
for offer in "\${COMPREPLY[@]}"; do printf '>%s\\n' "$offer"; done`,
  // A terminal in which Tab is pressed. There compadd, by which all that completes hands over its words, prints them.
  zsh: `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PROMPT= RPROMPT=; autoload -Uz compinit; compinit -u -D; source ./completions.zsh
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  local -a offers; builtin compadd -A offers "$@"; print -rl -- "" ">"\${^offers}
}
quit() { exit }
comppostfuncs=(quit); bindkey "^I" complete-word; echo REA""DY'
zpty -r shell before '*READY*'
zpty -n -w shell "$*"$'\\t'
while zpty -r shell line; do print -rn -- "$line"; done`,
  fish: `source ./completions.fish
complete -C "$argv" | string replace -r '\\t.*' '' | string replace -r '^' '>'`,
} as const;

function offered(shell: keyof typeof OFFERS, words: readonly string[]): string[] {
  const options = { bash: ["--norc"], zsh: ["-f"], fish: ["--no-config"] }[shell];
  const name = shell === "fish" ? [] : [shell];
  const { stdout, stderr } = spawnSync(shell, [...options, "-c", OFFERS[shell], ...name, "agentbox", ...words], {
    cwd: root,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: join(root, "home"), TERM: "dumb" },
  });
  expect(stderr).toBe("");
  return [...stdout.matchAll(/^>(.*?)\r?$/gm)].map(([, offer = ""]) => offer).sort();
}

const shells = Object.keys(OFFERS) as (keyof typeof OFFERS)[];

describe.each(shells)("%s", (shell) => {
  test.each([
    [["doc"], ["doctor"]],
    [["re"], ["restart", "resume", "review"]],
    [
      ["enter", ""],
      ["acme", "claude", "globex"],
    ],
    [["enter", "acme", "cl"], ["claude"]],
    [["status", "g"], ["globex"]],
    [["policy", "ch"], ["check"]],
    [["policy", "check", "ac"], ["acme"]],
    [["up", "--k"], ["--keep-going"]],
    [
      ["doctor", "--"],
      ["--fix", "--help", "--json", "--verbose"],
    ],
    [["help", "sw"], ["sweep"]],
    [["--verbose", "doc"], ["doctor"]],
    [["--verbose", "policy", "check", "ac"], ["acme"]],
  ])("completes %j", (words, expected) => {
    expect(offered(shell, words)).toEqual(expected);
  });

  test("offers no client after a command that it does not know, and files at most", () => {
    expect(offered(shell, ["of-tomorrow", ""]).filter((offer) => /^(acme|globex|claude|-)/.test(offer))).toEqual([]);
  });

  test("has run nothing of a name", () => {
    expect(readdirSync(root)).not.toContain("ran");
  });
});

test("what a usage says is what is offered, and no other program's options", () => {
  const usage = "images [prune [TAG…]] [--dry-run] | of CLIENT --since 7d";
  expect(wordsOf({ usage, help: "Like `docker --prune`.\n\n  --force   now" }, "images")).toEqual({
    ...{
      words: ["of", "prune"],
      options: ["--dry-run", "--force", "--since"],
      clients: true,
      agents: false,
      files: false,
    },
  });
});

test("a page for man shows each text as it is written", () => {
  const help = "A \\n is no line.\n.TH none\n'tis --json";
  const lines = renderMan([{ name: "a", summary: "does it", usage: "a CLIENT", help }]).split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([".SS agentbox a CLIENT", "A \\en is no line.", "\\&.TH none", "\\&'tis \\-\\-json"]),
  );
});
