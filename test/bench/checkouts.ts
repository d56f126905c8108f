import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { ApplyPolicyWords } from "../../components/steps/apply-policy.ts";
import { parseWords } from "../../components/steps/text.ts";
import { renderBundle } from "../../gateway/bundle.ts";
import { fromRanges } from "../../gateway/port-ranges.ts";
import { readDeployed } from "../../plan/deployed.ts";
import type { Internet } from "../engine/internet/internet.ts";

/** What belongs to one checkout alone, and what a bench has no use for. */
const OWN = [".git", ".state", "stacks", "test", "docs"];

/** An ordinary project of Pulumi: Node's own type stripping, nothing that makes its start faster. */
const ORDINARY =
  "name: agent-sandbox\nruntime: {name: nodejs, options: {typescript: false}}\nmain: index.ts\nstackConfigDir: stacks\n";

/** Two projects side by side, with state apart from the person's: the product with one client, and an ordinary empty one. */
export class Checkouts {
  readonly client = `b${randomBytes(3).toString("hex")}`;
  private readonly internet: Pick<Internet, "dns" | "ca">;
  private readonly folder = mkdtempSync(join(tmpdir(), "agent-sandbox-bench-"));
  private readonly product = this.checkout("product");
  private readonly nothing = this.checkout("nothing");

  constructor(internet: Pick<Internet, "dns" | "ca">) {
    this.internet = internet;
    for (const [file, text] of [
      ["index.ts", 'import "@pulumi/pulumi";\n'],
      ["Pulumi.yaml", ORDINARY],
    ] as const) {
      rmSync(join(this.nothing, file));
      writeFileSync(join(this.nothing, file), text);
    }
  }

  /** Builds what is missing, and fills every cache: nothing of this is measured. */
  warmUp(): void {
    for (const program of [this.product, this.nothing]) this.pulumi(program, ["stack", "init"]);
    this.allow([]);
    for (const command of ["up", "destroy"] as const) {
      this.sandbox(command);
      this.empty(command);
    }
  }

  sandbox(command: "up" | "destroy", client = this.client): void {
    this.pulumi(this.product, [command, "--yes", "--skip-preview"], client);
  }

  empty(command: "up" | "destroy"): void {
    this.pulumi(this.nothing, [command, "--yes", "--skip-preview"]);
  }

  /** Writes the client's stack file, and the file with its names; the salt that Pulumi put into the first stays. */
  allow(hosts: readonly string[], more: Record<string, unknown> = {}, client = this.client): void {
    const workspace = join(this.folder, `workspace-${client}`);
    mkdirSync(workspace, { recursive: true });
    if (process.getuid?.() === 0) chownSync(workspace, 1000, 1000);
    const from = join(this.product, `policy-${client}.yaml`);
    writeFileSync(from, stringify({ domains: hosts }));
    const path = join(this.product, "stacks", `Pulumi.${client}.yaml`);
    const keys = {
      workspace,
      agents: ["shell"],
      // Not in the stack file: Pulumi hands a program its config in one variable, of 128 KiB at most.
      egress: { allow: ["allowed.test"], from },
      resolvers: [this.internet.dns],
      ca: [this.internet.ca],
      ...more,
    };
    const config = Object.fromEntries(Object.entries(keys).map(([key, value]) => [`agent-sandbox:${key}`, value]));
    writeFileSync(path, stringify({ ...(existsSync(path) ? parse(readFileSync(path, "utf8")) : {}), config }));
  }

  /** The policy as the firewall step of the next `up` would hand it over. */
  bundle(): string {
    const { steps } = JSON.parse(this.pulumi(this.product, ["preview", "--json", "--show-sames"]));
    const { newState } = steps.find(({ urn }: { urn: string }) => urn.endsWith(`::${this.client}-firewall-init`));
    const { inbound, ...policy } = parseWords(newState.inputs.stdin).words as ApplyPolicyWords;
    return renderBundle({ ...policy, inbound: fromRanges(inbound) }).text;
  }

  /** Hands a policy to the gateway, as the firewall step does. */
  apply(bundle: string): void {
    const gateway = `${this.client}-gateway`;
    execFileSync("docker", ["exec", "-i", gateway, "apply"], { input: bundle, stdio: ["pipe", "ignore", "inherit"] });
  }

  /** The images of the sandbox that is up. */
  images(): { agent: string; gateway: string } {
    const outputs = JSON.parse(this.pulumi(this.product, ["stack", "output", "--json", "--show-secrets"]));
    const deployed = readDeployed(outputs);
    if (!deployed || "unread" in deployed) throw new Error(deployed?.unread ?? "the sandbox is not up");
    const { agent, gateway } = deployed.containers;
    return { agent: agent.image, gateway: gateway.image };
  }

  /** Runs a program that does nothing in the sandbox, by `agentbox run`. */
  run(): void {
    execFileSync(join(this.product, "bin/agentbox"), ["run", this.client, "--", "true"]);
  }

  /** Runs agentbox beside the sandboxes of this project. */
  agentbox(...args: string[]): void {
    const { status, stdout, stderr } = spawnSync(join(this.product, "bin/agentbox"), args, {
      env: this.environment(this.product),
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`agentbox ${args.join(" ")}: exit ${status}\n${(stdout + stderr).slice(-2000)}`);
  }

  /** Where the state of the product's clients is. */
  get state(): string {
    return join(this.product, "state");
  }

  remove(): void {
    this.sandbox("destroy");
    rmSync(this.folder, { recursive: true, force: true });
  }

  private checkout(name: string): string {
    const path = join(this.folder, name);
    for (const own of ["stacks", "state"]) mkdirSync(join(path, own), { recursive: true });
    for (const entry of readdirSync(process.cwd()).filter((entry) => !OWN.includes(entry)))
      symlinkSync(join(process.cwd(), entry), join(path, entry));
    return path;
  }

  private environment(program: string): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${join(program, "state")}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: "of this bench",
    };
  }

  private pulumi(program: string, args: string[], client = this.client): string {
    const { status, stdout, stderr } = spawnSync(
      join(program, "bin/pulumi"),
      [...args, "--stack", client, "--non-interactive"],
      { cwd: program, env: this.environment(program), encoding: "utf8", maxBuffer: 2 ** 28 },
    );
    if (status !== 0) throw new Error(`pulumi ${args.join(" ")}: exit ${status}\n${(stdout + stderr).slice(-2000)}`);
    return stdout;
  }
}
