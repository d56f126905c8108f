import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "../harness.ts";
import type { Internet } from "../internet/internet.ts";

const SENDER = readFileSync(join(__dirname, "sender.py"), "utf8");

/**
 * Somebody inside a sandbox who tries to get out all the while: as the agent's user in the agent container, and as root with
 * the right to raw packets in a container of its own on the agent's network.
 */
export class Hostile {
  private readonly client: Client;
  private readonly internet: Internet;
  private readonly root: string;

  constructor(client: Client, internet: Internet) {
    this.client = client;
    this.internet = internet;
    this.root = `${client.name}-hostile`;
  }

  /** Lets both loose; again after the agent has restarted, whose end takes both with it. */
  async start(): Promise<void> {
    const { engine } = this.client.project;
    await engine.run("rm", "--force", this.root);
    const inner = (await engine.inspect(`${this.client.name}-inner`)).IPAM.Config[0].Subnet.replace("0/24", "");
    const { evil, evil6, printer, metadata } = this.internet.addresses;
    const places = [`${inner}2`, `${inner}129`, evil, evil6, printer, metadata, this.internet.dns];
    const sender = ["python3", "-c", SENDER, ...places];
    await engine.ask("exec", this.client.agent, "rm", "-f", "/tmp/rounds");
    await engine.ask("exec", "--detach", this.client.agent, ...sender);
    const image = (await engine.inspect(this.client.agent)).Image;
    await engine.ask(
      ...["run", "--detach", "--name", this.root, "--label", `agent-sandbox.client=${this.client.name}`],
      ...["--network", `container:${this.client.agent}`, "--user", "0:0", "--cap-drop", "ALL", "--cap-add", "NET_RAW"],
      ...["--stop-signal", "KILL", "--entrypoint", sender[0]!, image, ...sender.slice(1)],
    );
  }

  /** How many rounds each of them has gone, as far as it is there. */
  async rounds(): Promise<[user: number, root: number]> {
    const { engine } = this.client.project;
    const of = async (name: string) => Number((await engine.run("exec", name, "cat", "/tmp/rounds")).stdout);
    return Promise.all([of(this.client.agent), of(this.root)]);
  }

  stop(): Promise<unknown> {
    return this.client.project.engine.run("rm", "--force", this.root);
  }
}
