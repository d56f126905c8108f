import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Ended, OneProcess } from "./one-process.ts";

const ROOT = join(import.meta.dirname, "..");

/** A project of its own for one test: the catalogues of this repository, stack files of the test's, and a git repository around them. */
export class DeclaredProject {
  readonly folder = mkdtempSync(join(tmpdir(), "agent-sandbox-declared-"));
  private readonly program = new OneProcess(this.folder, this.env());

  constructor() {
    for (const name of ["policies", "images"]) cpSync(join(ROOT, name), join(this.folder, name), { recursive: true });
    mkdirSync(join(this.folder, "stacks"));
  }

  /** Writes a file below the project. */
  write(file: string, text: string, mode = 0o666): void {
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
  }

  /** Puts a file back to what this repository has in its place, or takes it away. */
  restore(file: string): void {
    rmSync(join(this.folder, file), { force: true });
    if (/^(policies|images)\//.test(file) && existsSync(join(ROOT, file)))
      cpSync(join(ROOT, file), join(this.folder, file));
  }

  /** Writes a client's stack file, of lines below `config:`. */
  client(name: string, ...lines: string[]): void {
    const all = [`agent-sandbox:workspace: /srv/${name}`, "agent-sandbox:agents: [shell]", ...lines];
    this.write(`stacks/Pulumi.${name}.yaml`, `config:\n${all.map((line) => `  ${line}\n`).join("")}`);
  }

  /** Writes a file of the organisation's guardrails; without lines there is none. */
  rule(name: string, ...lines: string[]): void {
    const file = `policies/guardrails/${name}.yaml`;
    if (lines.length > 0) this.write(file, lines.map((line) => `${line}\n`).join(""));
    else rmSync(join(this.folder, file));
  }

  forget(name: string): void {
    rmSync(join(this.folder, `stacks/Pulumi.${name}.yaml`));
  }

  git(...args: string[]): string {
    const settings = [
      "user.name=t",
      "user.email=t@example.com",
      "init.defaultBranch=main",
      "maintenance.auto=false",
    ].flatMap((setting) => ["-c", setting]);
    return execFileSync("git", [...settings, ...args], { cwd: this.folder, encoding: "utf8", stdio: "pipe" }).trim();
  }

  /** All files as a commit, named by a tag. */
  commit(tag: string): void {
    if (!existsSync(join(this.folder, ".git"))) this.git("init", "--quiet");
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "-m", tag);
    this.git("tag", tag);
  }

  /** Puts all back to a commit, as if nothing had been after it: a project for the next test, without 340 files to copy and to hash. */
  backTo(tag: string): void {
    this.git("reset", "--quiet", "--hard", tag);
    this.git("clean", "--quiet", "-ffdx");
    const others = this.git("tag")
      .split("\n")
      .filter((one) => one !== tag);
    if (others.length > 0) this.git("tag", "--delete", ...others);
    mkdirSync(join(this.folder, "stacks"), { recursive: true });
  }

  /** What agentbox says in this project, of a process that has run it before (test/one-process.ts). */
  agentbox(...args: string[]): Promise<Ended> {
    return this.program.agentbox(...args);
  }

  /** agentbox, as a person runs it in this project: in a process of its own. */
  run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const child = spawn(process.execPath, [join(ROOT, "cli/agentbox.ts"), ...args], {
      cwd: this.folder,
      env: { ...this.env(), ...env },
    });
    const said = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const)
      child[stream].setEncoding("utf8").on("data", (part: string) => {
        said[stream] += part;
      });
    return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...said })));
  }

  private env(): NodeJS.ProcessEnv {
    return { ...process.env, ...MEMORY, AGENT_SANDBOX_ROOT: this.folder };
  }

  remove(): void {
    this.program.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Where revisions are laid out: in memory, where this machine has one for files that may be run. On the disk that was a third of the processor time of cli/review's tests. */
const MEMORY: NodeJS.ProcessEnv = hasMemory() ? { TMPDIR: "/dev/shm" } : {};

/** A container's is small, and nothing may be run from it. */
function hasMemory(): boolean {
  if (process.platform !== "linux") return false;
  const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
  const options = mounts.map((line) => line.split(" ")).find(([, at]) => at === "/dev/shm")?.[3];
  return options !== undefined && !options.split(",").includes("noexec");
}
