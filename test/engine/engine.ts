import { type ChildProcess, execFile } from "node:child_process";

/** How a program ended, and what it said. */
export interface Run {
  code: number;
  stdout: string;
  stderr: string;
  /** Both, for messages. */
  text: string;
}

/** What of a client is on the engine, by kind, sorted. */
export interface Residue {
  containers: string[];
  networks: string[];
  volumes: string[];
}

/** As `ip -json address` tells of one. */
export interface Link {
  ifname: string;
  /** Its hardware address. */
  address: string;
  addr_info: readonly { local: string }[];
}

const LABEL = "agent-sandbox.client";

/** The engine that a project uses, asked through its own client program. */
export class Engine {
  readonly host: string | undefined;
  readonly within: readonly string[];

  /**
   * @param host the address of its API; without one, what the environment says
   * @param within what a program is preceded by to stand where its bridges are: rootless Podman has them in a network namespace of its own
   */
  constructor(host?: string, within: readonly string[] = []) {
    this.host = host;
    this.within = within;
  }

  /** The links of where its bridges are. */
  async links(): Promise<readonly Link[]> {
    return JSON.parse(await this.must([...this.within, "ip", "-json", "address"]));
  }

  /** Runs the engine's client. Never throws: the caller judges how it ended. */
  run(...args: string[]): Promise<Run> {
    return run("docker", args, this.environment());
  }

  /** Runs the engine's client. @throws what it said, when it fails */
  async ask(...args: string[]): Promise<string> {
    const { code, stdout, text } = await this.run(...args);
    if (code !== 0) throw new Error(`docker ${args.join(" ")}: exit ${code}\n${text}`);
    return stdout.trim();
  }

  /** Runs a program of the machine's. @throws what it said, when it fails */
  async must([command, ...args]: readonly string[]): Promise<string> {
    const { code, stdout, text } = await run(command!, args, this.environment());
    if (code !== 0) throw new Error(`${command} ${args.join(" ")}: exit ${code}\n${text}`);
    return stdout.trim();
  }

  /** Starts the engine's client without waiting for its end. */
  start(...args: string[]): ChildProcess {
    // How it ends is no matter of whoever starts it so.
    return execFile("docker", args, { env: this.environment() }, () => {});
  }

  environment(): NodeJS.ProcessEnv {
    return { ...process.env, ...(this.host && { DOCKER_HOST: this.host }) };
  }

  /** @throws when there is no engine: a suite that needs one fails, it never skips */
  async mustAnswer(): Promise<void> {
    const { code, text } = await this.run("version");
    if (code !== 0) throw new Error(`the engine suites need an engine, and none answers:\n${text}`);
  }

  // biome-ignore lint/suspicious/noExplicitAny: the engine's own document
  async inspect(name: string): Promise<any> {
    return JSON.parse(await this.ask("inspect", name))[0];
  }

  /** Everything that carries the client's label. */
  async residue(client: string): Promise<Residue> {
    const filter = ["--filter", `label=${LABEL}=${client}`, "--format"];
    const [containers, networks, volumes] = await Promise.all([
      this.ask("ps", "--all", ...filter, "{{.Names}}"),
      this.ask("network", "ls", ...filter, "{{.Name}}"),
      this.ask("volume", "ls", ...filter, "{{.Name}}"),
    ]);
    return { containers: lines(containers), networks: lines(networks), volumes: lines(volumes) };
  }

  /** Removes everything that carries the client's label; images stay. */
  async remove(client: string): Promise<void> {
    const { containers, networks, volumes } = await this.residue(client);
    if (containers.length > 0) await this.run("rm", "--force", "--volumes", ...containers);
    if (networks.length > 0) await this.run("network", "rm", ...networks);
    if (volumes.length > 0) await this.run("volume", "rm", "--force", ...volumes);
  }

  /** Every client that has something on the engine. */
  async clients(): Promise<string[]> {
    const of = (...args: string[]) =>
      this.ask(...args, "--filter", `label=${LABEL}`, "--format", `{{.Label "${LABEL}"}}`);
    const found = await Promise.all([of("ps", "--all"), of("network", "ls"), of("volume", "ls")]);
    return [...new Set(found.flatMap(lines))].sort();
  }
}

function lines(text: string): string[] {
  return text.split("\n").filter(Boolean).sort();
}

/** Runs a program to its end. Never throws on how it ended. */
export function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd?: string): Promise<Run> {
  return new Promise((resolve) =>
    execFile(command, args, { env, cwd, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === "number" ? error.code : 127) : 0;
      resolve({ code, stdout, stderr, text: `${stdout}${stderr}${code === 127 && error ? error.message : ""}` });
    }),
  );
}

/** Whether there is a process of this number. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
