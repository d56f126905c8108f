import { join } from "node:path";
import { parse } from "yaml";
import { readImageCatalogue } from "../../capabilities/image/look/sources.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { hostSteps, tokenSteps } from "./steps.ts";

const root = join(__dirname, "../..");
const names = ["claude", "codex", "copilot", "gemini", "opencode", "pi", "qwen"];
const { agents } = readImageCatalogue(root, { agents: names, tools: [] });

test.each(agents)("the line of the stack file for a token of $name is one that a stack file takes", (agent) => {
  const steps = tokenSteps("acme", agent, "linux");
  const line = steps.find((step) => step.includes("agent-sandbox:credentials"))!.replace("YYYY-MM-DD", "2027-11-29");
  const credentials = parse(line)["agent-sandbox:credentials"];
  const { spec, problems } = parseSpec({ workspace: "/w", agents: [agent.name], credentials });
  expect(problems).toEqual([]);
  const credential = spec!.credentials[agent.name]!;
  const variable = ("variable" in credential && credential.variable) || agent.keys[0];
  expect(variable).toBe(agent.login!.ways.find(({ token }) => token !== undefined)!.token);
});

test("a token is asked for by the program that keeps it, and is in no command", () => {
  const [claude] = agents;
  expect(tokenSteps("acme", claude!, "linux").join("\n")).toContain(
    "secret-tool store --label=acme/claude service acme account claude\n",
  );
  expect(tokenSteps("acme", claude!, "darwin").join("\n")).toContain(
    "security add-generic-password -U -s acme -a claude -w\n",
  );
});

test("whoever copies a login is told where it goes, and that both end each other where that is known", () => {
  const told = Object.fromEntries(agents.map((agent) => [agent.name, hostSteps("acme", agent).join(" ")]));
  expect(told.claude).toMatch(/to acme-claude as \/home\/dev\/.claude\/.credentials.json.* end each other: .*issues/);
  expect(told.gemini).toMatch(/end each other is not known \(looked for on \d{4}-/);
});
