import { execFile, spawn } from "node:child_process";
import type { Engine } from "./engine.ts";

/** Which engine a client program is to reach: its command line and its address. */
export type Reach = Pick<Engine, "cli" | "host">;

/** How the engine's client ended, and what it said. */
export interface Said {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs the engine's own client program to its end. Never throws on how it ended; a client that is not there, that printed more than
 * `most` bytes (default 256 MiB) or that took longer than `seconds` (default 60) is code 127, and stderr says which.
 * @param options `input` is what it reads; it is started meanwhile where that is not known yet, and a promise of it never fails
 */
export function runClient(
  engine: Reach,
  args: readonly string[],
  options: { seconds?: number; most?: number; input?: string | Promise<string> } = {},
): Promise<Said> {
  const [program, ...first] = engine.cli.split(" ") as [string, ...string[]];
  const seconds = options.seconds ?? 60;
  const settings = { env: clientEnvironment(engine), maxBuffer: options.most ?? 2 ** 28, timeout: seconds * 1000 };
  return new Promise((resolve) => {
    const child = execFile(program, [...first, ...args], settings, (error, stdout, stderr) => {
      if (!error) return resolve({ code: 0, stdout, stderr });
      if (typeof error.code === "number") return resolve({ code: error.code, stdout, stderr });
      resolve({ code: 127, stdout, stderr: stderr + (error.killed ? `no answer in ${seconds} s` : error.message) });
    });
    // One that ended before it read all is told of by its status.
    child.stdin?.on("error", () => {});
    void Promise.resolve(options.input).then((input) => child.stdin?.end(input));
  });
}

/** Hands over what the client prints, a line at a time, until it ends. */
export async function eachLine(engine: Reach, args: readonly string[], take: (line: string) => void): Promise<void> {
  const [program, ...first] = engine.cli.split(" ") as [string, ...string[]];
  const child = spawn(program, [...first, ...args], {
    env: clientEnvironment(engine),
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise<void>((resolve, reject) => child.on("close", () => resolve()).on("error", reject));
  let rest = "";
  child.stdout.setEncoding("utf8");
  for await (const part of child.stdout) {
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  }
  await ended;
}

/** The variables by which an engine's client finds its engine. */
export function clientEnvironment(engine: Reach): NodeJS.ProcessEnv {
  return { ...process.env, DOCKER_HOST: engine.host, CONTAINER_HOST: engine.host };
}
