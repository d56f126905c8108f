import { join } from "node:path";
import { runProgram } from "../../host/program.ts";
import { packageOf } from "../../setup/places.ts";
import { stackFiles } from "../../stack-file/look/stack-files.ts";
import { ROOT } from "../command.ts";
import { forge } from "./forge.ts";
import { lastUp } from "./last-up.ts";
import { block, heading, report, type Work } from "./report.ts";

/** Asks drift and verify about each client of this project that was brought up. What could not be looked at is told as such, and counts as something found: nobody knows. */
export async function nightly(work: Work): Promise<number> {
  const parts: string[] = [];
  let bad = 0;
  for (const { client } of stackFiles(ROOT)) {
    const last = await lastUp(ROOT, client);
    if ("seen" in last && !last.seen) continue;
    for (const word of ["drift", "verify"]) {
      const { good, how, text } = await ask(word, client);
      if (!good) bad += 1;
      parts.push(heading(`${client}, ${word}`, good, how), ...(good ? [] : [block(text)]));
    }
  }
  const title = bad > 0 ? `Sandboxes: ${bad} of last night's looks found something` : "Sandboxes: as declared";
  const markdown = [`## ${title}`, ...(parts.length > 0 ? parts : ["No client of this project was brought up."])].join(
    "\n\n",
  );
  report(work, markdown);
  if (work.post) await forge().issue(title, bad > 0 ? markdown : undefined);
  return bad > 0 ? 1 : 0;
}

/** What a command's end means. */
const ENDED: Readonly<Record<number, string>> = {
  0: "as declared",
  1: "found something, or could not look",
  2: "could not look",
  3: "could not look: the engine or a tool is missing",
};

async function ask(word: string, client: string): Promise<{ good: boolean; how: string; text: string }> {
  const end = await runProgram(join(packageOf(ROOT), "bin/agentbox"), [word, client], { cwd: ROOT, seconds: 900 });
  const how =
    end.code === undefined ? `could not look: agentbox ${word} ${end.why}` : (ENDED[end.code] ?? "could not look");
  return { good: end.code === 0, how, text: [end.stdout, end.stderr].filter(Boolean).join("\n") };
}
