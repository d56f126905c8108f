import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What `agentbox help COMMAND` says, of each command, as the page for man has it. */
const helps = new Map(
  execFileSync(process.execPath, [join(__dirname, "agentbox.ts"), "man"], { encoding: "utf8" })
    .replaceAll("\\-", "-")
    .split(/^\.SS agentbox /m)
    .slice(1)
    .map((text) => [/^[\w-]+/.exec(text)?.[0] ?? "", text]),
);

test.each([...helps])("the help of %s has an example", (name, help) => {
  // The one that nobody types.
  if (name !== "ssh-proxy") expect(help).toMatch(new RegExp(`^  .*\\bagentbox ${name}\\b`, "m"));
});

test.each([...helps])("what options %s takes, its help says", (name, help) => {
  const source = readFileSync(join(__dirname, `${name}.ts`), "utf8");
  const options = [...source.matchAll(/"?([a-z][a-z-]*)"?: \{ type: "(?:string|boolean)"/g)].map(
    ([, option]) => option,
  );
  for (const option of options) expect(help).toMatch(new RegExp(`--${option}\\b`));
});

test("all commands are there", () => {
  expect(helps.size).toBeGreaterThan(40);
});

test.each([
  [
    ["up", "--yess"],
    /^agentbox: agentbox up: --yess is no option of it\. Did you mean "--yes"\? Usage: agentbox up CLIENT…/,
  ],
  [
    ["audit", "acme", "--since"],
    /^agentbox: agentbox audit: Option '--since <value>' argument missing\. Usage: agentbox audit /,
  ],
  [["status", "-x"], /^agentbox: agentbox status: -x is no option of it\. Usage: agentbox status /],
])("what nobody can make sense of is told with the command and how it is written: %j", (words, says) => {
  const { status, stderr } = spawnSync(process.execPath, [join(__dirname, "agentbox.ts"), ...words], {
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(says) });
});
