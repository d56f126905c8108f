import { type ChildProcessByStdio, spawn } from "node:child_process";
import type http from "node:http";
import { Duplex, type Readable, type Writable } from "node:stream";
import type { NamedEngine } from "../../stack-file/named-engine.ts";
import { oneLine } from "../../stack-file/printable.ts";

/**
 * Carries requests over ssh, as the docker client does: what `docker system dial-stdio` on that machine reads and writes is a connection to its engine. A connection is a process
 * and a handshake, so a few are kept for the next requests; none of them holds this program.
 */
export function overSsh(plain: typeof http, engine: Extract<NamedEngine, { by: "ssh" }>): http.Agent {
  class SshAgent extends plain.Agent {
    override createConnection(): Duplex {
      return new SshConnection(engine);
    }
  }
  return new SshAgent({ keepAlive: true, maxSockets: AT_ONCE });
}

/** Connections at a time. A server begins to turn away what has not logged in at ten (sshd's MaxStartups). */
const AT_ONCE = 3;

/** Words of ssh that reach an engine. Nobody is asked anything: there may be no terminal, or one that pulumi draws on. Who is on the other side is judged by the person's own settings. */
export function sshWords({ user, host, port }: Extract<NamedEngine, { by: "ssh" }>): string[] {
  return [
    ...["-o", "BatchMode=yes", "-o", "ConnectTimeout=20", "-T"],
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", port]),
    ...["--", host.replace(/^\[|\]$/g, ""), "docker", "system", "dial-stdio"],
  ];
}

/** Variables of the person's that ssh has: where programs and homes are, who logs in, and where the keys of an agent are asked for. */
const OF_SSH = ["PATH", "HOME", "USER", "LOGNAME", "LD_LIBRARY_PATH", "SSH_AUTH_SOCK"];

/** A connection that is a process of ssh. It has of a socket what Node's HTTP asks for. */
class SshConnection extends Duplex {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private said = "";

  constructor(engine: Extract<NamedEngine, { by: "ssh" }>) {
    super();
    const env = Object.fromEntries(OF_SSH.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
    const child = spawn("ssh", sshWords(engine), { env, stdio: ["pipe", "pipe", "pipe"] });
    this.child = child;
    child.stdout.on("data", (part: Buffer) => this.push(part) || child.stdout.pause());
    child.stderr.setEncoding("utf8").on("data", (part: string) => {
      this.said = (this.said + part).slice(-2048);
    });
    // One that has ended takes nothing more, and its end says why.
    child.stdin.on("error", () => {});
    child.on("error", (error: NodeJS.ErrnoException) =>
      this.destroy(error.code === "ENOENT" ? new Error("there is no program ssh on PATH") : error),
    );
    child.on("close", (code) => {
      this.push(null);
      this.destroy(
        code === 0
          ? undefined
          : new Error(
              `${oneLine(this.said) || `ssh ended with status ${code}`}. \`ssh ${engine.host} docker version\` has to answer without a question: a key that needs none, a host that is known, and docker there`,
            ),
      );
    });
  }

  override _read(): void {
    this.child.stdout.resume();
  }

  override _write(part: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // What cannot be written is not the reason: that the process says at its end, which is near then.
    this.child.stdin.write(part, encoding, (error) => !error && done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.child.stdin.end((error?: Error | null) => !error && done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.child.kill();
    done(error);
  }

  /** Whether this program waits for it: not while no request is under way. */
  ref(): this {
    return this.hold("ref");
  }

  unref(): this {
    return this.hold("unref");
  }

  private hold(how: "ref" | "unref"): this {
    this.child[how]();
    for (const stream of [this.child.stdin, this.child.stdout, this.child.stderr])
      (stream as unknown as Record<typeof how, () => void>)[how]();
    return this;
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }
}
