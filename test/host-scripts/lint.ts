/** Looks through every script of this project that a person's own machine runs for what macOS cannot: `node test/host-scripts/lint.ts`, and part of `make lint`. */
import { join } from "node:path";
import { judgeProject } from "./scripts.ts";

const { scripts, said } = judgeProject(join(import.meta.dirname, "../.."));
for (const line of said) console.log(line);
console.log(`${scripts} scripts, ${said.length} findings`);
// Nothing found to look at is no success.
process.exitCode = said.length === 0 && scripts > 0 ? 0 : 1;
