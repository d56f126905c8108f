import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const ROOT = join(__dirname, "../..");
const files = readdirSync(__dirname, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yml"));
const targets = new Set(
  [...readFileSync(join(ROOT, "Makefile"), "utf8").matchAll(/^([a-z-]+):/gm)].map(([, name]) => name),
);

/** Every line that a runner would give a shell. */
function linesOf(said: unknown): string[] {
  if (Array.isArray(said)) return said.flatMap(linesOf);
  if (typeof said !== "object" || said === null) return [];
  return Object.entries(said).flatMap(([key, value]) =>
    ["run", "script", "before_script", "after_script"].includes(key)
      ? [value].flat().flatMap((text) => String(text).trim().split("\n"))
      : linesOf(value),
  );
}

test("there are files to copy for both forges", () => {
  expect(files.sort()).toEqual([
    "github/agent-sandbox-nightly.yml",
    "github/agent-sandbox-review.yml",
    "github/agent-sandbox-up.yml",
    "gitlab/.gitlab-ci.yml",
  ]);
});

describe.each(files)("%s", (file) => {
  const text = readFileSync(join(__dirname, file), "utf8");
  const workflow = parse(text, { merge: true });

  test("has no logic of its own: each line that runs is a make target that is there", () => {
    const lines = linesOf(workflow);
    expect(lines).not.toEqual([]);
    for (const line of lines) {
      // The target branch's own program, which a merge request's Makefile could not be asked for.
      if (line === 'git checkout --detach "$BASE"') continue;
      const [, target, rest] = /^make ([a-z-]+)((?: [A-Z]+=(?:[a-z]+|"\$[A-Z_]+"))*)$/.exec(line) ?? [];
      expect([line, targets.has(target ?? ""), rest !== undefined]).toEqual([line, true, true]);
    }
  });

  test("gives no expression of the forge to a shell", () => {
    for (const line of linesOf(workflow)) expect(line).not.toContain("${{");
  });

  test("uses actions by their commit", () => {
    for (const [, of] of text.matchAll(/uses: (\S+)/g)) expect(of).toMatch(/^actions\/checkout@[0-9a-f]{40}$/);
  });
});

test("the page says of each variable and secret of the forge where it goes", () => {
  const page = readFileSync(join(__dirname, "README.md"), "utf8");
  const named = files.flatMap((file) => {
    const text = readFileSync(join(__dirname, file), "utf8");
    return [...text.matchAll(/\b(?:vars|secrets)\.([A-Z_]+)|\b(GITLAB_TOKEN)\b/g)].map(([, of, token]) => of ?? token);
  });
  expect(named).toEqual(expect.arrayContaining(["PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "GITLAB_TOKEN"]));
  for (const name of named) expect(page).toContain(`\`${name}\``);
});

test("a merge is planned and brought up one at a time per engine", () => {
  const github = parse(readFileSync(join(__dirname, "github/agent-sandbox-up.yml"), "utf8"), { merge: true });
  expect(github.concurrency).toEqual({ group: "agent-sandbox-engine", "cancel-in-progress": false });
  expect(github.jobs.up.needs).toBe("plan");
  const { plan, up } = parse(readFileSync(join(__dirname, "gitlab/.gitlab-ci.yml"), "utf8"));
  expect([plan.resource_group, up.resource_group, up.needs]).toEqual([
    "agent-sandbox-engine",
    "agent-sandbox-engine",
    ["plan"],
  ]);
});

test("a pull request's own files do not run in its review, and its job has no secret", () => {
  const text = readFileSync(join(__dirname, "github/agent-sandbox-review.yml"), "utf8");
  const { jobs } = parse(text);
  expect(jobs.review.steps[0].with.ref).toMatch(/^\$\{\{ github\.event\.pull_request\.base\.sha \}\}$/);
  expect(text).not.toContain("secrets.");
});

test("each command of the runner is one of agentbox", () => {
  const said = execFileSync(process.execPath, [join(ROOT, "cli/agentbox.ts"), "help", "ci"], { encoding: "utf8" });
  for (const [, word] of readFileSync(join(ROOT, "Makefile"), "utf8").matchAll(/bin\/agentbox ci ([a-z]+)/g))
    expect(said).toContain(`  ${word} `);
});
