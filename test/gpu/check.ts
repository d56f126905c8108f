/**
 * `make gpu-check`: tries GPUs on a machine that has some, and prints a report to paste into docs/gpu.md. A sandbox is made by a real `pulumi up`, with the engine
 * that DOCKER_HOST names, and destroyed at the end. Ends with 1 and the preflight's own message where there is no GPU, and where a step failed.
 */
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { findEngine } from "../../target/engine/address.ts";
import { surveyEngine } from "../../target/engine/survey.ts";
import { type Run, run } from "../engine/engine.ts";

const ROOT = join(import.meta.dirname, "../..");
const client = `gpucheck-${randomBytes(3).toString("hex")}`;
const stack = join(ROOT, `stacks/Pulumi.${client}.yaml`);

/** Adds two vectors on the card and compares with the sum that the processor makes. */
const ADD = `
import torch
a, b = torch.arange(2**20, dtype=torch.float32), torch.ones(2**20)
assert torch.equal((a.cuda() + b.cuda()).cpu(), a + b)
print(torch.__version__, "CUDA", torch.version.cuda, torch.cuda.get_device_name(0), "x", torch.cuda.device_count())`;

const INSTALL = `
set -e; mkdir -p /workspace/tmp; export TMPDIR=/workspace/tmp
python3 -m venv /workspace/venv
/workspace/venv/bin/pip install --quiet --no-cache-dir torch`;

type Verdict = "ok" | "FAILED" | "not had";
const lines: [verdict: Verdict, what: string, said: string][] = [];

function tell(verdict: Verdict, what: string, said: string): void {
  lines.push([verdict, what, said.trim()]);
  process.stdout.write(`${verdict.padEnd(8)}${what}: ${said.trim().replaceAll("\n", "\n         ")}\n`);
}

/** A step says what its program printed last, or what Pulumi found wrong; it fails by its status. */
function step(what: string, { code, text }: Run, most = 4): boolean {
  const [, diagnostics = text] = /^Diagnostics:\n(.*?)\n\n(?:Outputs|Resources):/ms.exec(text) ?? [];
  tell(code === 0 ? "ok" : "FAILED", what, code === 0 ? lastLines(text, most) : diagnostics);
  return code === 0;
}

const lastLines = (text: string, most: number) => text.trim().split("\n").slice(-most).join("\n");
const pulumi = (...words: string[]) => run(join(ROOT, "bin/pulumi"), [...words, "--stack", client], process.env, ROOT);
const agentbox = (...words: string[]) => run(join(ROOT, "bin/agentbox"), words, process.env, ROOT);
const inside = (script: string) => agentbox("run", client, "--", "bash", "-c", script);

/** What the machine and its engine are, as far as they say. */
async function machine(): Promise<void> {
  const { engine } = await surveyEngine(findEngine());
  const ways = [`by ${engine.gpu}`, `devices: ${engine.gpus?.devices?.join(", ") ?? "not told"}`];
  tell("ok", "engine", [`${engine.kind} ${engine.version}${engine.rootless ? ", rootless" : ""}`, ...ways].join("; "));
  tell("ok", "kernel", release());
  const driver = "/proc/driver/nvidia/version";
  if (existsSync(driver)) tell("ok", "driver", readFileSync(driver, "utf8"));
  else tell("not had", "driver", `there is no ${driver} here`);
  for (const [program, ...words] of [
    ["nvidia-smi", "--query-gpu=index,name,driver_version,memory.total", "--format=csv"],
    ["nvidia-ctk", "--version"],
  ] as const) {
    const { code, text } = await run("sh", ["-c", '"$@" 2>&1', "sh", program, ...words], process.env);
    if (code === 0) tell("ok", program, text);
    else tell("not had", program, text.split("\n")[0] ?? "");
  }
}

/** @returns whether there is a sandbox with a GPU to go on with */
async function up(workspace: string): Promise<boolean> {
  const keys = { workspace, agents: ["shell"], gpu: "all", egress: { allow: ["pypi"] } };
  const config = Object.fromEntries(Object.entries(keys).map(([key, value]) => [`agent-sandbox:${key}`, value]));
  writeFileSync(stack, stringify({ config }));
  return step("up, with the preflight in it", await pulumi("up", "--yes", "--skip-preview", "--non-interactive"), 1);
}

async function tryGpu(): Promise<void> {
  step("nvidia-smi in the sandbox", await inside("nvidia-smi -L && id -un"));
  const installed = await inside(INSTALL);
  if (installed.code === 0) step("a vector add by PyTorch", await inside(`/workspace/venv/bin/python -c '${ADD}'`), 1);
  else tell("not had", "PyTorch, through the sandbox's own egress", lastLines(installed.text, 2));
}

/** The walls are the same with a GPU: what is planned is there and nothing else, and what is not allowed is not reached. */
async function tryWalls(): Promise<void> {
  step("walls (agentbox verify)", await agentbox("verify", client), 1);
  await tryName("an allowed name", "https://pypi.org/", (curl) => curl === 0);
  await tryName("a name that is not allowed", "https://example.com/", (curl) => curl > 0);
  const again = await pulumi("up", "--yes", "--skip-preview", "--non-interactive", "--refresh");
  const unchanged = again.code === 0 && /Resources:\s+\d+ unchanged\n/.test(again.stdout);
  tell(unchanged ? "ok" : "FAILED", "up --refresh has nothing to do", unchanged ? "unchanged" : again.text);
}

/** How curl ended is told by a line of its own, for a command that does not come to its end says nothing of a name. */
async function tryName(what: string, url: string, good: (curl: number) => boolean): Promise<void> {
  const { code, stdout, text } = await inside(`curl -sS --max-time 20 -o /dev/null ${url} 2>&1; echo "curl $?"`);
  const curl = /^curl (\d+)$/m.exec(stdout)?.[1];
  tell(code === 0 && curl !== undefined && good(Number(curl)) ? "ok" : "FAILED", what, lastLines(text, 2));
}

async function remove(workspace: string): Promise<void> {
  const destroy = () => pulumi("destroy", "--yes", "--skip-preview", "--non-interactive", "--remove");
  if (existsSync(stack) && !step("destroy", await destroy(), 1)) {
    // Without its file, nobody knows what to destroy.
    tell(
      "FAILED",
      "what is left",
      `the stack file ${stack} and the workspace ${workspace}: bin/pulumi destroy --stack ${client}`,
    );
    return;
  }
  rmSync(stack, { force: true });
  rmSync(dirname(workspace), { recursive: true, force: true });
}

async function main(): Promise<void> {
  const workspace = join(mkdtempSync(join(tmpdir(), "agent-sandbox-gpu-")), "workspace");
  mkdirSync(workspace);
  // No sandbox is made for root.
  if (process.getuid?.() === 0) chownSync(workspace, 1000, 1000);
  try {
    await machine();
    if (await up(workspace)) {
      await tryGpu();
      await tryWalls();
    }
  } catch (error) {
    tell("FAILED", "the check", (error as Error).message);
  } finally {
    await remove(workspace);
  }
  const of = (verdict: Verdict) => lines.filter(([is]) => is === verdict).length;
  const rows = lines.map(([verdict, what, said]) => `| ${what} | ${verdict} | ${cell(said)} |`);
  const day = new Date().toISOString().slice(0, 10);
  process.stdout.write(
    `\nFor docs/gpu.md, ${day}:\n\n| what | verdict | said |\n| --- | --- | --- |\n${rows.join("\n")}\n\n`,
  );
  process.stdout.write(`${of("ok")} passed, ${of("FAILED")} failed, ${of("not had")} not had\n`);
  process.exitCode = of("FAILED") === 0 ? 0 : 1;
}

const cell = (said: string) =>
  lastLines(said, 8)
    .replaceAll("|", "\\|")
    .replace(/\s*\n\s*/g, "<br>");

await main();
