import { accessSync, constants } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { runProgram } from "../../../host/program.ts";
import { clientEnvironment, type Reach } from "../client.ts";

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
  const [program, ...rest] = engine.cli.split(" ") as [string, ...string[]];
  if (basename(program) === "podman") return { command: [program, ...rest, "build"], environment: {} };
  for (const docker of candidates(program)) {
    if (await says(engine, docker, ["buildx", "version"], seconds))
      return { command: [docker, "buildx", "build", "--load", "--progress", "plain"], environment: {} };
    const version = Number.parseInt(
      (await says(engine, docker, ["version", "--format", "{{.Client.Version}}"], seconds)) ?? "",
      10,
    );
    if (version < 23)
      return { command: [docker, "build", "--progress", "plain"], environment: { DOCKER_BUILDKIT: "1" } };
  }
  throw new Error("no docker client here can build: install the buildx plugin (Debian and Ubuntu: docker-buildx)");
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
