import { type ChildProcessWithoutNullStreams, type ExecFileException, execFile, spawn } from "node:child_process";
import { oneLine } from "../../stack-file/printable.ts";
import type { Engine } from "./engine.ts";

/** Which engine a client program is to reach: its command line and its address. */
export type Reach = Pick<Engine, "cli" | "host">;

/**
 * How the engine's client ended. With `ok` it did what it was asked. Otherwise `why` is a sentence for a person: the client's own words, or who was asked and
 * gave no answer. Without a `code` the client did not come to its end, so nothing is known, whatever it printed.
 */
export type Said =
  | { ok: true; code: 0; stdout: string; stderr: string }
  | { ok: false; why: string; code?: number; stdout: string; stderr: string };

/**
 * Runs the engine's own client program to its end. Never throws on how it ended.
 * @param options `seconds` it may take (default 60), `most` bytes it may print (default 256 MiB), `input` is what it reads; where that is a
 * promise, the client is started before it is known. Such a promise must never fail
 */
export function runClient(
  engine: Reach,
  args: readonly string[],
  options: { seconds?: number; most?: number; input?: string | Promise<string> } = {},
): Promise<Said> {
  const [program, ...first] = engine.cli.split(" ") as [string, ...string[]];
  const { seconds = 60, most = 2 ** 28 } = options;
  const settings = { env: clientEnvironment(engine), maxBuffer: most, timeout: seconds * 1000 };
  return new Promise((resolve) => {
    const child = execFile(program, [...first, ...args], settings, (error, stdout, stderr) => {
      if (!error) return resolve({ ok: true, code: 0, stdout, stderr });
      if (typeof error.code === "number") return resolve(ended(engine, args, error.code, stdout, stderr));
      resolve({ ok: false, why: unanswered(engine, args, error, seconds, most), stdout, stderr });
    });
    // One that ended before it read all is told of by its status.
    child.stdin?.on("error", () => {});
    Promise.resolve(options.input).then((input) => child.stdin?.end(input));
  });
}

/** A client that came to its end by itself. */
export function ended(engine: Reach, args: readonly string[], code: number, stdout: string, stderr: string): Said {
  if (code === 0) return { ok: true, code, stdout, stderr };
  return {
    ok: false,
    why: oneLine(stderr) || `${asked(engine, args)} ended with status ${code}`,
    code,
    stdout,
    stderr,
  };
}

function unanswered(
  engine: Reach,
  args: readonly string[],
  { code, killed, signal, message }: ExecFileException,
  seconds: number,
  most: number,
): string {
  if ((code as unknown) === "ENOENT") return notInstalled(engine);
  if ((code as unknown) === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER")
    return `${asked(engine, args)} printed more than ${most} bytes, and was ended`;
  if (killed)
    return `${asked(engine, args)} gave no answer in ${seconds} s. See whether ${engine.cli} info answers, then run the same command again`;
  return `${asked(engine, args)} ${signal ? `was ended by ${signal}` : `cannot be run: ${message}`}`;
}

function notInstalled({ cli }: Reach): string {
  return `there is no program ${cli.split(" ")[0]} on PATH, by which the engine is asked. Run \`make setup\`, or install it`;
}

/** Who was asked what, for messages: the client's program and the word of its command. */
function asked({ cli }: Reach, [verb = "", object]: readonly string[]): string {
  return ["image", "network", "volume"].includes(verb) ? `${cli} ${verb} ${object}` : `${cli} ${verb}`;
}

/**
 * True when the engine answered that it has no such thing, in Docker's or Podman's words. `no such file or directory` does not count: with these words a client
 * says that it found no socket.
 */
export function isGone(said: Said): boolean {
  return (
    said.code !== undefined &&
    !said.ok &&
    /no such (container|image|object|network|volume)\b|no (container|image) with|image not known|(network|volume) (\S+ )?not found/i.test(
      said.why,
    )
  );
}

/** True when the engine answered that a container is not there or does not run, so nothing in it can be asked. */
export function isStopped(said: Said): boolean {
  return (
    isGone(said) ||
    (said.code !== undefined &&
      !said.ok &&
      /is not running|container state improper|running containers/i.test(said.why))
  );
}

/** Hands over what the client prints, a line at a time, until it ends. @returns how it ended, without what it printed on stdout */
export async function eachLine(engine: Reach, args: readonly string[], take: (line: string) => void): Promise<Said> {
  const child = start(engine, args);
  child.stdin.end();
  let [rest, stderr] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    // The container's own stderr comes here, too, for days, so only the last lines are kept: the client's own sentence is the last.
    stderr = (stderr + part).slice(-4096);
  });
  const end = endOf(engine, args, child, () => ({ stdout: "", stderr: stderr.trim().split("\n").at(-1) ?? "" }));
  child.stdout.setEncoding("utf8");
  for await (const part of child.stdout) {
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  }
  return end;
}

/** Starts the client. */
export function start(engine: Reach, args: readonly string[]): ChildProcessWithoutNullStreams {
  const [program, ...first] = engine.cli.split(" ") as [string, ...string[]];
  const child = spawn(program, [...first, ...args], { env: clientEnvironment(engine), stdio: "pipe" });
  // A client that exits before it has read all of its input raises EPIPE here. Its exit status reports the failure.
  child.stdin.on("error", () => {});
  return child;
}

/** How a client that was started ends. */
export function endOf(
  engine: Reach,
  args: readonly string[],
  child: ChildProcessWithoutNullStreams,
  printed: () => { stdout: string; stderr: string },
): Promise<Said> {
  return new Promise((resolve) => {
    const lost = (why: string) => resolve({ ok: false, why, ...printed() });
    child.once("error", (error: NodeJS.ErrnoException) =>
      lost(error.code === "ENOENT" ? notInstalled(engine) : `${asked(engine, args)} cannot be run: ${error.message}`),
    );
    child.once("close", (code, signal) => {
      const { stdout, stderr } = printed();
      if (code === null) lost(`${asked(engine, args)} was ended by ${signal}`);
      else resolve(ended(engine, args, code, stdout, stderr));
    });
  });
}

/** The variables by which an engine's client finds its engine. */
export function clientEnvironment(engine: Reach): NodeJS.ProcessEnv {
  return { ...process.env, DOCKER_HOST: engine.host, CONTAINER_HOST: engine.host };
}
