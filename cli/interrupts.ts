import type { ChildProcess } from "node:child_process";

/**
 * A person's Ctrl-C while several programs run: each of them is asked to end, and none is begun any more. They are in sessions of their own, so that it is this process
 * alone that a terminal tells: of two who tell pulumi, the second makes it stop at once, with a state that says what it was about and not what it did.
 */
export class Interrupts {
  /** Whether somebody has asked. */
  asked = false;
  /** Called where somebody asks and nothing runs: at a question, say. */
  whenIdle: (() => void) | undefined;
  /** Fails as soon as somebody asks, for what can be left where it is. */
  readonly heard: Promise<never>;
  private readonly running = new Set<ChildProcess>();
  private tell!: () => void;

  constructor() {
    this.heard = new Promise((_, reject) => {
      this.tell = () => reject(new Error("interrupted"));
    });
    // Not everybody waits for it.
    this.heard.catch(() => {});
    for (const signal of SIGNALS) process.on(signal, this.ask);
  }

  follow(child: ChildProcess): void {
    this.running.add(child);
    child.once("close", () => this.running.delete(child));
    // It may have been asked in the moment in which it was started.
    if (this.asked) child.kill("SIGINT");
  }

  /** From then on a signal ends this process as it would any other. */
  done(): void {
    for (const signal of SIGNALS) process.off(signal, this.ask);
  }

  private readonly ask = () => {
    this.asked = true;
    this.tell();
    for (const child of this.running) child.kill("SIGINT");
    if (this.running.size === 0) this.whenIdle?.();
  };
}

/** Ctrl-C, what a supervisor sends, and a terminal that is closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
