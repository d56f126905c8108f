import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { eventually } from "./harness.ts";

/** The distribution's registry (Debian's package docker-registry) as a process of the test's own, in a folder of its own. */
export interface DockerRegistry {
  /** `127.0.0.1:20123`. */
  host: string;
  /** Where it stores what was pushed. */
  storage: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Who may sign in, and by which files it speaks TLS. */
export interface Guarded {
  user: string;
  password: string;
  certificate: string;
  key: string;
}

/** @param address of this machine, where the engine reaches it */
export function dockerRegistry(folder: string, address: string, port: number, guarded?: Guarded): DockerRegistry {
  const [host, storage, file] = [`${address}:${port}`, join(folder, "storage"), join(folder, "config.json")];
  mkdirSync(storage, { recursive: true });
  const passwords = join(folder, "passwords");
  if (guarded) writeFileSync(passwords, `${guarded.user}:${bcrypt(guarded.password)}\n`);
  // Its YAML is JSON as well. Without a cache: what lies in its folder is what it gives.
  const settings = {
    version: "0.1",
    log: { level: "warn" },
    storage: { filesystem: { rootdirectory: storage } },
    http: {
      addr: host,
      secret: "of this test",
      ...(guarded && { tls: { certificate: guarded.certificate, key: guarded.key } }),
    },
    ...(guarded && { auth: { htpasswd: { realm: "test", path: passwords } } }),
  };
  writeFileSync(file, JSON.stringify(settings));
  let server: ChildProcess | undefined;
  return {
    ...{ host, storage },
    async start() {
      server = spawn("docker-registry", ["serve", file], { stdio: "ignore" });
      const ended = once(server, "exit").then(([code]) => {
        throw new Error(`docker-registry ended with ${code}`);
      });
      ended.catch(() => {});
      await Promise.race([
        ended,
        eventually(
          () => answers(address, port),
          (seen) => seen,
        ),
      ]);
    },
    async stop() {
      if (server?.exitCode === null && server.kill()) await once(server, "exit");
      server = undefined;
    },
  };
}

/** The only form of a password that it takes. */
function bcrypt(password: string): string {
  const perl = "print crypt($ARGV[0], q($2b$05$abcdefghijklmnopqrstuu))";
  return execFileSync("perl", ["-e", perl, password], { encoding: "utf8" });
}

function answers(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address, () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}
