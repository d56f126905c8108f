import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readImageSources } from "../../capabilities/image/look/sources.ts";
import type { Internet } from "../engine/internet/internet.ts";
import { CREDENTIALS, environment, KEY, PROMPTS } from "../engine/prompts.ts";
import type { Checkouts } from "./checkouts.ts";
import { paired, type Row } from "./measure.ts";
import { PlainBridge } from "./plain-bridge.ts";

const ROOT = join(import.meta.dirname, "../..");
const SCRIPT = readFileSync(join(import.meta.dirname, "to-prompt.sh"));

/** From `enter` to each agent's prompt, against the agent's own command in an ordinary container of the same image. */
export function* prompts(checkouts: Checkouts, internet: Internet): Generator<Row> {
  Object.assign(process.env, { ONE: KEY, OTHER: KEY });
  checkouts.allow([], { agents: Object.keys(PROMPTS), credentials: CREDENTIALS });
  checkouts.sandbox("up");
  const plain = new PlainBridge(
    checkouts.client,
    checkouts.images().agent,
    internet,
    "--tmpfs",
    "/run/agent-sandbox:mode=777",
  );
  try {
    // What an agent finds at its first start and asks nothing then, the bare one has too.
    run(plain.name, {}, "/usr/local/lib/agent-sandbox/prepare");
    const { agents } = readImageSources(ROOT, { agents: Object.keys(PROMPTS), tools: [] });
    for (const { name, keys } of agents) {
      const { prompt } = PROMPTS[name]!;
      const bare = Object.fromEntries(keys.map((key) => [key, KEY]));
      const ours = () => toPrompt(`${checkouts.client}-agent`, name, prompt, "enter", {});
      const other = () => toPrompt(plain.name, name, prompt, "bare", bare);
      // The first start of each makes what the later ones find; what `enter` answers for the person, the bare one is told once.
      run(
        plain.name,
        bare,
        "bash",
        "-c",
        `f=/etc/agent-sandbox/agents/${name}/before; [ ! -e $f ] || bash -euo pipefail $f >/dev/null 2>&1`,
      );
      ours();
      other();
      yield {
        what: `${name}: start to prompt`,
        unit: "s",
        ...paired(5, ours, other),
        budget: "≈ 1",
        against: "its command alone, same image, an ordinary container",
      };
    }
  } finally {
    plain.remove();
  }
}

function toPrompt(
  container: string,
  name: string,
  { source }: RegExp,
  how: string,
  env: Record<string, string>,
): number {
  const expression = source.replaceAll("[\\s\\S]*", ".*").replaceAll("\\/", "/");
  return Number(run(container, { ...env, WITH: environment(name) }, "bash", "-s", name, expression, how)) / 1000;
}

function run(container: string, env: Record<string, string>, ...command: string[]): string {
  const variables = Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
  return execFileSync("docker", ["exec", "-i", ...variables, container, ...command], {
    input: SCRIPT,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "inherit"],
  });
}
