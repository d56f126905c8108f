import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

/** How a call of agentbox ended, and what it printed. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * agentbox, called many times in a process that loads its modules once: loading them is most of what a call costs that reads a few files. Files are
 * read anew by each call; what stays from one to the next is what stands for a neighbour's stack file that is no YAML (`standFor`), so a test of that calls the real program (`run`). A call that ends the process
 * (`process.exit`) has the next one begin another.
 */
export class OneProcess {
  private child: ChildProcess | undefined;
  /** What was printed and is no call's yet: what comes after a call's end is the next one's. */
  private said = { stdout: "", stderr: "" };
  private calls = 0;
  private last: Promise<unknown> = Promise.resolve();
  private readonly folder: string;
  private readonly env: NodeJS.ProcessEnv;

  /** @param env has AGENT_SANDBOX_ROOT, the project */
  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.env = env;
  }

  /** One after the other: what each prints is its own. */
  agentbox(...args: string[]): Promise<Ended> {
    const ended = this.last.then(() => this.call(args));
    this.last = ended.catch(() => {});
    return ended;
  }

  stop(): void {
    this.child?.kill();
    this.child = undefined;
  }

  private call(args: readonly string[]): Promise<Ended> {
    this.child ??= this.start();
    const child = this.child;
    const mark = `\n#ended ${process.pid} ${this.calls++}#\n`;
    return new Promise((resolve) => {
      let code: number | null | undefined;
      const take = (stream: (typeof STREAMS)[number]) => {
        const [own = "", ...later] = this.said[stream].split(mark);
        this.said[stream] = later.join(mark);
        return own;
      };
      const end = () => {
        child.off("message", told).off("close", closed);
        for (const stream of STREAMS) child[stream]?.off("data", look);
        resolve({ code: code ?? null, stdout: take("stdout"), stderr: take("stderr") });
      };
      const look = () => {
        if (code !== undefined && STREAMS.every((stream) => this.said[stream].includes(mark))) end();
      };
      const told = (ended: number) => {
        code = ended;
        look();
      };
      const closed = (ended: number | null) => {
        this.child = undefined;
        code = ended;
        end();
      };
      child.on("message", told).on("close", closed);
      for (const stream of STREAMS) child[stream]?.on("data", look);
      child.send({ args, mark });
    });
  }

  private start(): ChildProcess {
    const child = spawn(process.execPath, [join(import.meta.dirname, "one-process-program.ts")], {
      ...{ cwd: this.folder, env: this.env, stdio: ["ignore", "pipe", "pipe", "ipc"] },
    });
    for (const stream of STREAMS)
      child[stream]?.setEncoding("utf8").on("data", (part: string) => {
        this.said[stream] += part;
      });
    return child;
  }
}

const STREAMS = ["stdout", "stderr"] as const;
