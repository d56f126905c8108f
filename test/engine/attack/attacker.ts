import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** What came of one attempt, as the attacker sees it. */
export interface Answer {
  got: string | null;
  error: string | null;
}

/** Everything an attacker is told of where it is: by the names that techniques use for it. */
export type Land = Readonly<Record<string, string | number | readonly string[]>>;

/** A program in a container that runs techniques, many at once. */
export class Attacker {
  private readonly process: ChildProcess;
  private readonly waiting = new Map<string, (answer: Answer) => void>();
  private said = "";

  private constructor(command: readonly string[]) {
    this.process = spawn(command[0]!, command.slice(1), { stdio: "pipe" });
    this.process.stderr!.on("data", (chunk) => {
      this.said = (this.said + chunk).slice(-2000);
    });
  }

  /** @param command starts tools/runner.py, with its standard input and output as this process's own */
  static async start(command: readonly string[], land: Land): Promise<Attacker> {
    const attacker = new Attacker(command);
    const ready = new Promise<void>((resolve, reject) => {
      createInterface({ input: attacker.process.stdout! }).on("line", (line) => {
        const { ready, token, ...answer } = JSON.parse(line);
        if (ready) resolve();
        attacker.waiting.get(token)?.(answer);
        attacker.waiting.delete(token);
      });
      attacker.process.once("close", (code) => {
        const end = `the attacker ended (${code}): ${attacker.said}`;
        reject(new Error(end));
        for (const answer of attacker.waiting.values()) answer({ got: null, error: `Lab: ${end}` });
      });
    });
    attacker.process.stdin!.write(`${JSON.stringify(land)}\n`);
    await ready;
    return attacker;
  }

  attempt(token: string, technique: string): Promise<Answer> {
    return new Promise((resolve) => {
      this.waiting.set(token, resolve);
      this.process.stdin!.write(`${JSON.stringify({ token, technique })}\n`);
    });
  }

  async end(): Promise<void> {
    const closed = new Promise((resolve) => this.process.once("close", resolve));
    this.process.stdin!.end();
    if (this.process.exitCode === null) await closed;
  }
}
