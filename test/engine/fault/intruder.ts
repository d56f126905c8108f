import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "../harness.ts";

const SENDER = readFileSync(join(__dirname, "sender.py"), "utf8");

/** Somebody in the agent container, as the agent's user, who tries to get out as soon as there is one and as long as there is: also in the next one, of whoever makes it. */
export class Intruder {
  /** How many rounds of tries have been seen, in all containers. */
  rounds = 0;
  private readonly client: Client;
  private readonly work: Promise<void>;
  private over = false;

  constructor(client: Client) {
    this.client = client;
    this.work = this.goOn();
  }

  async stop(): Promise<void> {
    this.over = true;
    await this.work;
  }

  /** Waits until this container's have tried. */
  async tries(): Promise<void> {
    const before = this.rounds;
    while (this.rounds === before) await new Promise((resolve) => setTimeout(resolve, 100));
  }

  private async goOn(): Promise<void> {
    const { engine, internet } = this.client.project;
    const { evil, evil6, printer, metadata } = internet.addresses;
    // The gateway's address and a virtual one: the second of the network, and the first of its upper half.
    const start = `cat /tmp/rounds 2>/dev/null && exit
      inner=$(hostname -i | cut -d. -f1-3); echo 0 | tee /tmp/rounds
      exec setsid --fork python3 -c "$0" "$inner.2" "$inner.129" ${evil} ${evil6} ${printer} ${metadata} ${internet.dns} >/dev/null 2>&1`;
    let last = 0;
    while (!this.over) {
      const { code, stdout } = await engine.run("exec", this.client.agent, "bash", "-c", start, SENDER);
      // A look that failed, for there is no container or no engine, saw nothing, and so did one as the number was being written.
      if (code === 0 && stdout) {
        const seen = Number(stdout);
        this.rounds += Math.max(0, seen - last);
        last = seen;
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}
