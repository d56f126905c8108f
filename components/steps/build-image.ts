import { spawn } from "node:child_process";
import { chmodSync, cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { BuildWords } from "../../capabilities/image/image.ts";
import { complain } from "../../host/say.ts";
import { clientEnvironment, runClient } from "../../target/engine/client.ts";
import { accept } from "../../target/engine/image/accept.ts";
import { readBuildSecrets } from "../../target/engine/image/build-secrets.ts";
import { findBuilder } from "../../target/engine/image/builder.ts";
import { makeOnce } from "../../target/engine/image/once.ts";
import { runStep, type StepWords } from "./words.ts";

export type BuildImageWords = StepWords & BuildWords & { tag: string };

/** Passed on by their names alone: a proxy's address may hold a password. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

/** What of a builder's output is a step of the Dockerfile. */
const STEP = /^#\d+ \[.*\] (FROM|RUN|COPY)|^(\[[\d/]+\] )?STEP [\d/]+: (FROM|RUN|COPY)/;
/** What of it repeats the command that failed. */
const REPEATED = /^(executor failed|Dockerfile:\d+|#\d+ (ERROR|sha256|CACHED|DONE|transferring|\[)| > \[|-+$|$)/;

/** A copy of the build context: podman --remote puts the secrets beside its files while it builds. The same modes under every umask. */
function copyContext({ folder, sources }: BuildWords["context"], into: string): void {
  if (!sources) cpSync(folder, into, { recursive: true, verbatimSymlinks: true });
  else mkdirSync(into);
  for (const source of sources ?? []) {
    mkdirSync(dirname(join(into, source)), { recursive: true });
    cpSync(join(folder, source), join(into, source), { recursive: true, verbatimSymlinks: true });
  }
  openModes(into);
}

function openModes(path: string): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return;
  chmodSync(path, stat.isDirectory() || stat.mode & 0o111 ? 0o755 : 0o644);
  if (stat.isDirectory()) for (const name of readdirSync(path)) openModes(join(path, name));
}

/** Runs the builder to its end: a line for each step of the Dockerfile while it works. @returns all that it printed, and how it ended */
async function run(
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<{ log: string[]; code: number }> {
  const [program, ...args] = command as [string, ...string[]];
  const child = spawn(program, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const log: string[] = [];
  const told = new Set<string>();
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      log.push(line);
      const step = line.replace(/ --mount=\S+/g, "").slice(0, 100);
      if (!STEP.test(line) || told.has(step)) return;
      told.add(step);
      complain(`  ${step}`);
    });
  const code = await new Promise<number>((resolve) =>
    child
      .on("close", (code) => resolve(code ?? 1))
      .on("error", ({ message }) => {
        log.push(message);
        resolve(127);
      }),
  );
  return { log, code };
}

// Builds one image, unless its tag is there. A failure leaves every tag as it was.
await runStep(async (words: BuildImageWords) => {
  const { engine, tag, needs } = words;
  await makeOnce(engine, tag, async () => {
    const work = mkdtempSync(join(tmpdir(), "agent-sandbox-build-"));
    // It gets its tag when it was looked through.
    const made = needs ? `${tag}-unchecked` : tag;
    try {
      writeFileSync(join(work, "Dockerfile"), words.dockerfile.join("\n"));
      copyContext(words.context, join(work, "context"));
      const { trust, npmrc } = await readBuildSecrets();
      writeFileSync(join(work, "npmrc"), npmrc, { mode: 0o600 });
      writeFileSync(join(work, "ca.pem"), trust, { mode: 0o600 });
      const { command, environment } = await findBuilder(engine);
      complain(`${tag}  is being built (${command.join(" ")})`);
      const started = performance.now();
      const { log, code } = await run(
        [
          ...[...command, "--file", join(work, "Dockerfile"), "--tag", made],
          ...["--secret", `id=npmrc,src=${join(work, "npmrc")}`],
          ...(trust ? ["--secret", `id=hostca,src=${join(work, "ca.pem")}`] : []),
          ...PROXIES.filter((name) => process.env[name]).flatMap((name) => ["--build-arg", name]),
          ...Object.entries(words.arguments).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
          join(work, "context"),
        ],
        { ...clientEnvironment(engine), ...environment },
      );
      if (code !== 0) {
        for (const line of log.filter((line) => !REPEATED.test(line)).slice(-30)) complain(line.slice(0, 300));
        throw new Error(`${tag}  could not be built; everything is as it was`);
      }
      if (needs) await accept(engine, made, tag, needs);
      complain(`${tag}  is built, ${Math.round((performance.now() - started) / 1000)} s`);
    } finally {
      if (needs) await runClient(engine, ["rmi", made]);
      rmSync(work, { recursive: true, force: true });
    }
  });
});
