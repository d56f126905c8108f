import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Run, run } from "./engine.ts";
import { ROOT } from "./harness.ts";

/** A project in git as a team has it: a remote, a checkout of somebody who writes, and one of a runner. */
export class Repository {
  readonly folder = mkdtempSync(join(tmpdir(), "agent-sandbox-test-repository-"));
  readonly author = join(this.folder, "author");
  readonly runner = join(this.folder, "runner");
  private readonly environment: NodeJS.ProcessEnv;

  /** @param environment of the runner, besides this process's */
  constructor(environment: NodeJS.ProcessEnv) {
    this.environment = { ...withoutGit(), ...environment };
    const remote = join(this.folder, "origin.git");
    git(this.folder, "init", "--quiet", "--bare", "--initial-branch=main", remote);
    git(this.folder, "clone", "--quiet", remote, this.author);
    git(this.author, "checkout", "--quiet", "-B", "main");
    const files = git(ROOT, "ls-files", "-co", "--exclude-standard", "-z").split("\0");
    for (const file of files.filter((name) => name && !/^(test|examples)\/|^stacks\/Pulumi\./.test(name)))
      cpSync(join(ROOT, file), join(this.author, file), { verbatimSymlinks: true, force: true });
    this.commit("the project");
    git(this.author, "push", "--quiet", "origin", "main");
    git(this.folder, "clone", "--quiet", remote, this.runner);
    // What set-up has found or made is this checkout's, and none of the project's files.
    writeFileSync(join(this.runner, ".git/info/exclude"), "/node_modules\n/.cache\n");
    symlinkSync(join(ROOT, "node_modules"), join(this.runner, "node_modules"));
    mkdirSync(join(this.runner, ".cache"));
    for (const found of ["bin", "home"]) symlinkSync(join(ROOT, ".cache", found), join(this.runner, ".cache", found));
    for (const said of ["tools.sh", "engine"]) cpSync(join(ROOT, ".cache", said), join(this.runner, ".cache", said));
  }

  /** Writes a file of the author's, or takes it away. */
  write(file: string, text: string | undefined): void {
    if (text === undefined) {
      rmSync(join(this.author, file));
      return;
    }
    mkdirSync(dirname(join(this.author, file)), { recursive: true });
    writeFileSync(join(this.author, file), text);
  }

  /** Pushes a branch with what was written, as a pull request is made of. @returns its commit */
  push(branch: string, message = branch): string {
    git(this.author, "checkout", "--quiet", "-b", branch);
    this.commit(message);
    git(this.author, "push", "--quiet", "origin", branch);
    const commit = this.at(this.author);
    git(this.author, "checkout", "--quiet", "main");
    return commit;
  }

  /** Merges a branch into main, as the forge does, and has the runner check it out. @returns the commit of the merge */
  merge(branch: string): string {
    git(this.author, "checkout", "--quiet", "main");
    git(this.author, "merge", "--quiet", "--no-ff", "--no-edit", branch);
    git(this.author, "push", "--quiet", "origin", "main");
    this.checkOut("main");
    return this.at(this.runner);
  }

  /** What a forge's checkout leaves: that commit, and nothing of a job before. */
  checkOut(branch: string): void {
    git(this.runner, "fetch", "--quiet", "origin");
    git(this.runner, "checkout", "--quiet", "--force", "--detach", `origin/${branch}`);
    git(this.runner, "clean", "--quiet", "-ffd");
    rmSync(join(this.runner, ".state"), { recursive: true, force: true });
  }

  /** Runs a target on the runner, as its workflow does. */
  make(target: string, words: Record<string, string> = {}): Promise<Run> {
    return run("make", ["--silent", target], { ...this.environment, ...words }, this.runner);
  }

  pulumi(...args: string[]): Promise<Run> {
    return run(join(this.runner, "bin/pulumi"), args, this.environment, this.runner);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private commit(message: string): void {
    git(this.author, "add", "--all");
    git(this.author, "commit", "--quiet", "--message", message);
  }

  private at(checkout: string): string {
    return git(checkout, "rev-parse", "HEAD").trim();
  }
}

function git(folder: string, ...args: string[]): string {
  const who = ["-c", "user.name=Ann", "-c", "user.email=ann@acme.example", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...who, ...args], {
    cwd: folder,
    env: withoutGit(),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
}

function withoutGit(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
}
