import { execFile, spawn } from "node:child_process";
import type { Engine } from "../model/engine.ts";

/** How the engine's client ended, and what it said. */
export interface Said {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs the engine's own client program to its end. Never throws on how it ended; a client that is not there, or that printed more than
 * `most` bytes, is code 127.
 */
export function runClient(
  engine: Engine,
  args: readonly string[],
  options: { seconds?: number; most?: number } = {},
): Promise<Said> {
  const [program, ...first] = engine.cli.split(" ") as [string, ...string[]];
  const settings = {
    env: environment(engine),
    maxBuffer: options.most ?? 2 ** 28,
    timeout: (options.seconds ?? 60) * 1000,
  };
  return new Promise((resolve) => {
    const child = execFile(program, [...first, ...args], settings, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === "number" ? error.code : 127) : 0;
      resolve({ code, stdout, stderr: code === 127 && error ? `${stderr}${error.message}` : stderr });
    });
    // One that ended before it read all is told of by its status.
    child.stdin?.on("error", () => {});
    child.stdin?.end();
  });
}

/** Hands over what the client prints, a line at a time, until it ends. */
export async function eachLine(engine: Engine, args: readonly string[], take: (line: string) => void): Promise<void> {
  const [program, ...first] = engine.cli.split(" ") as [string, ...string[]];
  const child = spawn(program, [...first, ...args], { env: environment(engine), stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise<void>((resolve, reject) => child.on("close", () => resolve()).on("error", reject));
  let rest = "";
  child.stdout.setEncoding("utf8");
  for await (const part of child.stdout) {
    const lines = (rest + part).split("\n");
    rest = lines.pop()!;
    lines.forEach(take);
  }
  await ended;
}

function environment(engine: Engine): NodeJS.ProcessEnv {
  return { ...process.env, DOCKER_HOST: engine.host, CONTAINER_HOST: engine.host };
}
