import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { complain } from "../host/say.ts";
import { target } from "../target/target.ts";
import { followLines } from "./pulumi/follow.ts";

/** Has each call to an engine told on stderr until this program ends, those of programs that it starts too: an `up` is Pulumi's, which starts the program and its steps. */
export function tellCalls(): void {
  const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-calls-"));
  const file = join(folder, "calls");
  target.watch(complain, file);
  const stop = followLines(file, complain);
  process.once("exit", () => {
    stop();
    rmSync(folder, { recursive: true, force: true });
  });
}
