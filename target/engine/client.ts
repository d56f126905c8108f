import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { type Ended, type RunOptions, runProgram } from "../../host/program.ts";
import { lastLine, oneLine } from "../../stack-file/printable.ts";
import { variablesOf } from "./address.ts";
import type { Engine } from "./engine.ts";
import { callBegins } from "./watched.ts";

/** Which engine a client program is to reach: its command line and its address. */
export type Reach = Pick<Engine, "cli" | "host" | "certificates">;

/**
 * How the engine's client ended. With `ok` it did what it was asked. Otherwise `why` is a sentence for a person: the client's own words, or who was asked and
 * gave no answer. Without a `code` the client did not come to its end, so nothing is known, whatever it printed.
 */
export type Said =
  | { ok: true; code: 0; stdout: string; stderr: string }
  | { ok: false; why: string; code?: number; stdout: string; stderr: string };

/** The client's program, and its own first words. */
export function commandOf({ cli }: Pick<Reach, "cli">): [program: string, ...first: string[]] {
  return cli.split(" ") as [string, ...string[]];
}

/**
 * Runs the engine's own client program to its end. Never throws on how it ended.
 * @param options `seconds` it may take (default 60), `most` bytes it may print (default 256 MiB), `input` is what it reads; where that is a
 * promise, the client is started before it is known. Such a promise must never fail
 */
export async function runClient(
  engine: Reach,
  args: readonly string[],
  options: Partial<Pick<RunOptions, "seconds" | "most" | "input">> = {},
): Promise<Said> {
  const [program, ...first] = commandOf(engine);
  const env = clientEnvironment(engine);
  const ask = () => runProgram(program, [...first, ...args], { seconds: 60, ...options, env });
  // Who waits for its input may wait for another client, so it takes no turn.
  const takesTurns = engine.host.startsWith("ssh://") && !(options.input instanceof Promise);
  const ends = callBegins([engine.cli, ...args]);
  const end = takesTurns ? await inTurn(ask) : await ask();
  const { stdout, stderr } = end;
  ends(end.why ?? `status ${end.code}`);
  if (end.code !== undefined) return ended(engine, args, end.code, stdout, stderr);
  return { ok: false, why: unanswered(engine, args, end), stdout, stderr };
}

/** Runs a client that begins with a login by ssh. A server turns away logins at random from ten at a time on (sshd's MaxStartups): of nine volumes that were removed side by side, one stayed. */
async function inTurn<T>(ask: () => Promise<T>): Promise<T> {
  while (turns.size >= LOGINS) await Promise.race(turns);
  const turn = ask();
  const ended: Promise<unknown> = turn.then(
    () => turns.delete(ended),
    () => turns.delete(ended),
  );
  turns.add(ended);
  return turn;
}

const turns = new Set<Promise<unknown>>();
/** At a time, of one program: others of the same `up` log in, too. */
const LOGINS = 3;

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

/** The sentence about a client that did not come to its end by itself. */
export function unanswered(engine: Reach, args: readonly string[], { lost, why }: Pick<Lost, "lost" | "why">): string {
  if (lost === "missing") return notInstalled(engine);
  const next = lost === "late" ? `. See whether ${engine.cli} info answers, then run the same command again` : "";
  return `${asked(engine, args)} ${why}${next}`;
}

type Lost = Ended & { code?: never };

/** Why a client failed that says how far it is: its last line. One that gave no answer says nothing by its last line, but how far it was. */
export function lastWords(said: Said & { ok: false }): string {
  return said.code === undefined ? said.why : lastLine(said.stderr || said.stdout) || said.why;
}

function notInstalled({ cli }: Reach): string {
  return `there is no program ${commandOf({ cli })[0]} on PATH, by which the engine is asked. Run \`make setup\`, or install it`;
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
  const [program, ...first] = commandOf(engine);
  const ends = callBegins([engine.cli, ...args]);
  const child = spawn(program, [...first, ...args], { env: clientEnvironment(engine), stdio: "pipe" });
  child.once("close", (code, signal) => ends(code === null ? `ended by ${signal}` : `status ${code}`));
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

/**
 * All that an engine's client has of the person's environment: what it needs to be found, to read its own settings, to sign in at a registry and to get there. Not which
 * engine, image or builder it means: this project says that in its arguments. Nor a secret: none of a client's business is one (docs/decisions.md, D-81).
 */
export function clientEnvironment(engine: Reach): NodeJS.ProcessEnv {
  const kept = KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  return { ...Object.fromEntries(kept), ...variablesOf(engine), ...forSsh(engine) };
}

/** The client starts ssh where the engine is reached by it: the person's keys are asked for there, and by nothing else of a client's business. */
function forSsh({ host }: Reach): NodeJS.ProcessEnv {
  const { SSH_AUTH_SOCK } = process.env;
  return host.startsWith("ssh://") && SSH_AUTH_SOCK !== undefined ? { SSH_AUTH_SOCK } : {};
}

/** Names of the variables it has. cli/ways/way-in.sh has the same. */
export const KEPT: readonly string[] = [
  // Where programs are, its plugins and credential helpers among them; and who runs it, where no list of users says so.
  ...["PATH", "HOME", "USER"],
  // Where their libraries are: without it the person's own client may not start.
  "LD_LIBRARY_PATH",
  // Where its settings and logins are. Podman's are searched below these two folders.
  ...["DOCKER_CONFIG", "CONTAINERS_CONF", "REGISTRY_AUTH_FILE", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"],
  // Where credential helpers have what they look up: a keyring, `pass`, and of Docker Desktop's on WSL, which is a program of Windows, the way to there.
  ...["DBUS_SESSION_BUS_ADDRESS", "GNUPGHOME", "PASSWORD_STORE_DIR", "WSL_INTEROP"],
  // BuildKit signs in at registries through its client, behind whatever proxy this host has; a build takes the same ones by name.
  ...[
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
  ],
  // Podman's client packs a build's context there.
  "TMPDIR",
];
