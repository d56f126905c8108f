import { type ChildProcess, execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { type AuditLine, AuditLineSchema } from "../../gateway/audit-line.ts";
import { type Deployed, readDeployed } from "../../plan/deployed.ts";
import { PACKAGE } from "../../setup/places.ts";
import { Engine, type Run, run } from "./engine.ts";
import { connectInternet, type Internet } from "./internet/internet.ts";
import type { Person } from "./person.ts";

/** This repository. */
export const ROOT = PACKAGE;

/** What stands for a person's checkout: all of the repository but what belongs to one checkout alone. */
const OWN = [".git", ".github", ".pulumi", ".state", "stacks", "test", "docs", "coverage"];

/** The fake internet of this run. */
export function theInternet(): Internet {
  const { folder, number } = JSON.parse(process.env.FAKE_INTERNET!);
  return connectInternet(folder, number);
}

/**
 * A checkout of its own for one test file: the repository by links, with stacks, state and passphrase apart. Everything
 * its clients have is removed when the file's tests end: by `pulumi destroy`, and failing that, by label.
 */
export function useProject(options: { engine?: Engine; person?: Person } = {}): Project {
  const project = new Project(options.engine ?? new Engine(), theInternet(), options.person);
  beforeAll(() => project.engine.mustAnswer());
  afterAll(() => project.remove());
  return project;
}

export class Project {
  readonly engine: Engine;
  readonly internet: Internet;
  readonly folder = mkdtempSync(join(tmpdir(), "agent-sandbox-test-"));
  /** Beside the checkout, for no sandbox may write that: what the clients mount. */
  private readonly directories = mkdtempSync(join(tmpdir(), "agent-sandbox-test-directories-"));
  private readonly clients: Client[] = [];
  /** Who runs pulumi and agentbox, where that is not who runs the tests. */
  private readonly person: Person | undefined;

  constructor(engine: Engine, internet = theInternet(), person?: Person) {
    this.engine = engine;
    this.internet = internet;
    this.person = person;
    const own = ["stacks", "state", ...(person ? ["pulumi"] : [])].map((name) => join(this.folder, name));
    for (const folder of own) mkdirSync(folder);
    this.takeSources(ROOT);
    person?.own(this.folder, this.directories, ...own);
    // Its home is one that the person may write, with the plugins of this checkout.
    if (!person) return;
    chmodSync(dirname(internet.ca), 0o755);
    symlinkSync(join(ROOT, ".cache/home/plugins"), join(this.folder, "pulumi/plugins"));
  }

  /** Has the files of another state of this repository from now on, as a checkout has after a `git pull`. */
  takeSources(root: string): void {
    for (const entry of readdirSync(this.folder, { withFileTypes: true }))
      if (entry.isSymbolicLink()) unlinkSync(join(this.folder, entry.name));
    for (const entry of readdirSync(root).filter((name) => !OWN.includes(name)))
      symlinkSync(join(root, entry), join(this.folder, entry));
  }

  /** A client `t<run>-<name>` with a workspace of its own, whose stack file says `config` besides the lab's resolver and CA. */
  client(name: string, config: Config = {}): Client {
    const client = new Client(this, `t${process.env.TEST_RUN}${randomBytes(3).toString("hex")}-${name}`, config);
    this.clients.push(client);
    return client;
  }

  /** A directory for this project's clients that belongs to the user the agent runs as. */
  directory(name: string): string {
    const path = join(this.directories, name);
    mkdirSync(path, { recursive: true });
    if (this.person) this.person.own(path);
    else if (process.getuid?.() === 0) chownSync(path, 1000, 1000);
    return path;
  }

  /** Gives what the tests have made to who works with it. */
  owned(path: string): void {
    this.person?.own(path);
  }

  /** A command of this checkout's, as who runs it. */
  protected command(program: "pulumi" | "agentbox", args: readonly string[]): [string, string[]] {
    const [first, ...rest] = [...(this.person?.as ?? []), join(this.folder, "bin", program), ...args];
    return [first!, rest];
  }

  /** Says what this project's organisation says of its clients, in the place of what this repository ships: files of policies/guardrails. They are a policy pack as well. */
  organisation(files: Readonly<Record<string, string>>): void {
    const policies = join(this.folder, "policies");
    rmSync(policies, { recursive: true });
    mkdirSync(join(policies, "guardrails"), { recursive: true });
    for (const folder of ["services", "guards"]) symlinkSync(join(ROOT, "policies", folder), join(policies, folder));
    for (const name of ["PulumiPolicy.yaml", "package.json", "pack.js", "pack.ts"])
      copyFileSync(join(ROOT, "policies/guardrails", name), join(policies, "guardrails", name));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(policies, "guardrails", name), text);
  }

  /** The real pulumi, as a person runs it in this checkout. */
  pulumi(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
    return run(...this.command("pulumi", args), { ...this.environment(), ...env }, this.folder);
  }

  /** The real agentbox, for what these clients have on the engine. */
  agentbox(...args: string[]): Promise<Run> {
    return run(...this.command("agentbox", args), this.environment(), this.folder);
  }

  /** Starts agentbox without waiting for its end; `output` is what it has printed so far. */
  startAgentbox(...args: string[]): { process: ChildProcess; output: () => string } {
    const child = execFile(...this.command("agentbox", args), { env: this.environment(), cwd: this.folder });
    let text = "";
    child.stdout!.on("data", (part) => {
      text += part;
    });
    return { process: child, output: () => text };
  }

  /** Starts pulumi without waiting for its end. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): { process: ChildProcess; done: Promise<Run> } {
    let process!: ChildProcess;
    const done = new Promise<Run>((resolve) => {
      const settings = { env: { ...this.environment(), ...env }, cwd: this.folder, maxBuffer: 2 ** 28 };
      process = execFile(...this.command("pulumi", args), settings, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr, text: stdout + stderr }),
      );
    });
    return { process, done };
  }

  environment(): NodeJS.ProcessEnv {
    return {
      ...this.engine.environment(),
      ...(this.person && { ...this.person.environment, PULUMI_HOME: join(this.folder, "pulumi") }),
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: "of this test",
    };
  }

  async remove(): Promise<void> {
    for (const client of this.clients) {
      // An engine of the tests' own that is gone took everything with it.
      if (this.engine.host && (await this.engine.run("version")).code !== 0) break;
      const { containers, networks, volumes } = await this.engine.residue(client.name);
      if (containers.length + networks.length + volumes.length > 0) await client.destroy();
      await this.engine.remove(client.name);
    }
    for (const own of [this.folder, this.directories]) rmSync(own, { recursive: true, force: true });
  }
}

/** The keys of a stack file, without the namespace. */
export type Config = Readonly<Record<string, unknown>>;

/** A client as a person has one: a stack file, commands, and what then runs on the engine. */
export class Client {
  readonly project: Project;
  readonly name: string;
  readonly agent: string;
  readonly gateway: string;
  readonly lock: string;
  readonly workspace: string;
  /** Relative to the project, as messages name it. */
  readonly file: string;
  /** Variables of the person's shell, besides the machine's. */
  shell: Record<string, string> = {};
  private created = false;

  constructor(project: Project, name: string, config: Config) {
    this.project = project;
    this.name = name;
    this.agent = `${name}-agent`;
    this.gateway = `${name}-gateway`;
    this.lock = `${name}-lock`;
    this.file = `stacks/Pulumi.${name}.yaml`;
    this.workspace = project.directory(`workspace-${name}`);
    this.write(config);
  }

  /** Writes the stack file; what is said here comes over the lab's defaults, and `undefined` leaves a key out. */
  write(config: Config): void {
    const { dns, ca } = this.project.internet;
    const whole = { workspace: this.workspace, agents: ["shell"], resolvers: [dns], ca: [ca], ...config };
    const said = Object.entries(whole).filter(([, value]) => value !== undefined);
    const kept = this.created ? parse(readFileSync(this.path, "utf8")) : {};
    writeFileSync(
      this.path,
      stringify({ ...kept, config: Object.fromEntries(said.map(([key, value]) => [`agent-sandbox:${key}`, value])) }),
    );
    this.project.owned(this.path);
  }

  get path(): string {
    return join(this.project.folder, this.file);
  }

  /** Takes the stack file away, as a client that other clients of the project no longer know. */
  forget(): void {
    rmSync(this.path, { force: true });
  }

  /** `pulumi up`, without a preview before it. */
  up(...args: string[]): Promise<Run> {
    return this.pulumi("up", ["--yes", "--skip-preview", ...args]);
  }

  /** `up` that has to succeed. @throws why it did not, before all else that it said: whoever prints this may fold what is long */
  async mustUp(...args: string[]): Promise<Run> {
    const result = await this.up(...args);
    if (result.code === 0) return result;
    const why = /^Diagnostics:[\s\S]*?(?=^(Outputs|Resources):)/m.exec(result.text)?.[0] ?? "";
    throw new Error(`up: exit ${result.code}\n${why}${result.text}`);
  }

  preview(...args: string[]): Promise<Run> {
    return this.pulumi("preview", args);
  }

  /** What a preview would do, by resource name: `{"acme-firewall-init": "update"}`; what stays is left out. */
  async plannedChanges(): Promise<Record<string, string>> {
    const { code, stdout, text } = await this.preview("--json");
    if (code !== 0) throw new Error(`preview: exit ${code}\n${text}`);
    const steps = JSON.parse(stdout).steps as { op: string; urn: string }[];
    return Object.fromEntries(
      steps.filter(({ op }) => op !== "same").map(({ op, urn }) => [urn.split("::").at(-1)!, op]),
    );
  }

  destroy(...args: string[]): Promise<Run> {
    return this.pulumi("destroy", ["--yes", "--skip-preview", ...args]);
  }

  /** Any command of pulumi for this stack; the stack is made when it is not there yet. */
  async pulumi(command: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Run> {
    await this.create();
    return this.project.pulumi([command, "--stack", this.name, "--non-interactive", ...args], {
      ...this.shell,
      ...env,
    });
  }

  /** Starts a command without waiting for its end. */
  async start(command: string, ...args: string[]): Promise<ReturnType<Project["start"]>> {
    await this.create();
    return this.project.start([command, "--stack", this.name, "--non-interactive", ...args], this.shell);
  }

  /** What the last `up` left, as a person sees it; with what is kept from people where that is asked for. */
  // biome-ignore lint/suspicious/noExplicitAny: the outputs' types are what tests look at
  async outputs(...args: "--show-secrets"[]): Promise<any> {
    const { code, stdout, text } = await this.project.pulumi([
      "stack",
      "output",
      "--json",
      "--stack",
      this.name,
      ...args,
    ]);
    if (code !== 0) throw new Error(`stack output: exit ${code}\n${text}`);
    return JSON.parse(stdout);
  }

  /** What it left for programs. */
  async deployed(): Promise<Deployed> {
    const deployed = readDeployed(await this.outputs("--show-secrets"));
    if (!deployed || "unread" in deployed) throw new Error(`${this.name}: ${deployed?.unread ?? "not brought up"}`);
    return deployed;
  }

  /** Runs a line of shell in the agent container, as the agent. */
  exec(script: string): Promise<Run> {
    return this.project.engine.run("exec", this.agent, "bash", "-c", script);
  }

  /** Asks a URL from the agent container: what the site said, or why nothing came; a page of refusal is no answer. */
  curl(url: string, ...args: string[]): Promise<Run> {
    return this.project.engine.run("exec", this.agent, "curl", "-sSf", "--max-time", "10", ...args, url);
  }

  /** What the gateway has told since it was made: its audit lines, each judged by the schema. */
  async audit(): Promise<AuditLine[]> {
    const { stdout } = await this.project.engine.run("logs", this.gateway);
    const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
    return lines.map((line) => AuditLineSchema.parse(JSON.parse(line)));
  }

  /** What the engine says of the client's containers, and whether they are the same ones as before: ids and start times. */
  async running(): Promise<Record<"agent" | "gateway", string>> {
    const of = (name: string) =>
      this.project.engine.ask("inspect", "--format", "{{.Id}} {{.State.Status}} since {{.State.StartedAt}}", name);
    const [agent, gateway] = await Promise.all([of(this.agent), of(this.gateway)]);
    return { agent, gateway };
  }

  private async create(): Promise<void> {
    if (this.created) return;
    const { code, text } = await this.project.pulumi(["stack", "init", this.name, "--non-interactive"]);
    if (code !== 0) throw new Error(`stack init: exit ${code}\n${text}`);
    this.created = true;
  }
}

/** Looks again until it is so, for what an engine does in its own time. @throws the last look, after a minute */
export async function eventually<T>(look: () => Promise<T>, so: (seen: T) => boolean): Promise<T> {
  const end = Date.now() + 60_000;
  for (;;) {
    const seen = await look();
    if (so(seen)) return seen;
    if (Date.now() > end) throw new Error(`it never came to be; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
