import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { runProgram } from "../../../host/program.ts";
import { complain } from "../../../host/say.ts";
import { clientEnvironment, commandOf, type Reach } from "../client.ts";

/** A command that builds, and what it needs in its environment. */
export interface Builder {
  command: readonly string[];
  environment: Readonly<Record<string, string>>;
}

/**
 * The engine's client that has BuildKit: with the buildx plugin, or before 23 by itself; of several on PATH the first that can. Podman builds by itself.
 * @param seconds that each may take to say what it can
 * @throws Error when none can build, or one does not say whether it can
 */
export async function findBuilder(engine: Reach, seconds = 30): Promise<Builder> {
  const [program, ...rest] = commandOf(engine);
  if (basename(program) === "podman") return { command: [program, ...rest, "build"], environment: {} };
  for (const docker of candidates(program)) {
    // The engine's own builder: one that the person has chosen may be a container, which has none of the local images that ours are made from.
    if (await says(engine, docker, ["buildx", "version"], seconds))
      return {
        command: [docker, "buildx", "build", "--builder", "default", "--load", "--progress", "plain"],
        environment: {},
      };
    const version = Number.parseInt(
      (await says(engine, docker, ["version", "--format", "{{.Client.Version}}"], seconds)) ?? "",
      10,
    );
    if (version < 23)
      return { command: [docker, "build", "--progress", "plain"], environment: { DOCKER_BUILDKIT: "1" } };
  }
  throw new Error("no docker client here can build: install the buildx plugin (Debian and Ubuntu: docker-buildx)");
}

/** What of a builder's output is a step of the Dockerfile. */
const STEP = /^#\d+ \[.*\] (FROM|RUN|COPY)|^(\[[\d/]+\] )?STEP [\d/]+: (FROM|RUN|COPY)/;

/**
 * Runs a builder to its end: a line for each step of the Dockerfile while it works.
 * @param seconds it may take; then it is killed, for one that waits for its engine may not end by a friendlier signal
 * @returns all that it printed, and where it failed why; an empty `why` where what it printed tells
 */
export async function runBuilder(
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
  seconds = 3600,
): Promise<{ log: string[]; why?: string }> {
  const [program, ...args] = command as [string, ...string[]];
  const child = spawn(program, args, {
    ...{ env: environment, stdio: ["ignore", "pipe", "pipe"] },
    ...{ timeout: seconds * 1000, killSignal: "SIGKILL" },
  });
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
  const why = await new Promise<string | undefined>((resolve) =>
    child
      .on("close", (code, signal) => {
        if (code === 0) resolve(undefined);
        else resolve(code === null ? `${program} was ended by ${signal}` : "");
      })
      .on("exit", () => {
        if (!child.killed) return;
        // What it had started may hold its output open, and this program with it.
        for (const stream of [child.stdout, child.stderr]) stream.destroy();
        resolve(`${program} did not end in ${seconds} s`);
      })
      .on("error", ({ message }) => resolve(message)),
  );
  return { log, ...(why !== undefined && { why }) };
}

function candidates(program: string): string[] {
  if (program.includes("/")) return [program];
  return (process.env.PATH ?? "").split(delimiter).flatMap((folder) => {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return [path];
    } catch {
      return [];
    }
  });
}

/** What a client prints when it succeeds. */
async function says(engine: Reach, program: string, args: string[], seconds: number): Promise<string | undefined> {
  const { code, lost, why, stdout, stderr } = await runProgram(program, args, {
    seconds,
    env: clientEnvironment(engine),
  });
  if (lost === "late") throw new Error(`${program} ${args.join(" ")} ${why}; run the same command again`);
  if (code === 0) return stdout || stderr || " ";
  // Without an engine, docker prints its own version and then fails.
  return args[0] === "buildx" ? undefined : stdout || undefined;
}
