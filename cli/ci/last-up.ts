import { join } from "node:path";
import { z } from "zod";
import { runProgram } from "../../host/program.ts";
import { packageOf } from "../../setup/places.ts";
import { oneLine } from "../../stack-file/printable.ts";
import type { Look } from "../../target/look.ts";
import { NO_SUCH_STACK } from "../stack-outputs.ts";
import { short } from "./report.ts";

/** What a client's last `up` was of: a commit, or why of none that says all of what is there, as the end of a line. */
export type LastUp = { commit: string } | { no: string };

const Entry = z.object({
  kind: z.string(),
  result: z.string(),
  environment: z.record(z.string(), z.string()).nullish(),
});
const History = z.array(Entry);

/** What the stack's history says. Nothing where there is no stack, or it was destroyed since. */
export async function lastUp(root: string, client: string): Promise<Look<LastUp | undefined>> {
  const args = ["stack", "history", "--stack", client, "--json", "--page-size", "50", "--non-interactive"];
  const end = await runProgram(join(packageOf(root), "bin/pulumi"), args, { cwd: root, seconds: 120 });
  if (end.code !== 0) {
    if (end.code === NO_SUCH_STACK) return { seen: undefined };
    return { unseen: `pulumi stack history: ${oneLine(end.stderr) || end.why || `it ended with status ${end.code}`}` };
  }
  try {
    // A stack without a history prints no JSON.
    const all = History.parse(JSON.parse(end.stdout.slice(Math.max(0, end.stdout.search(/^\[/m))) || "[]"));
    const newest = all.find(({ kind }) => ["update", "destroy"].includes(kind));
    if (!newest || (newest.kind === "destroy" && newest.result === "succeeded")) return { seen: undefined };
    return { seen: read(newest) };
  } catch (error) {
    return { unseen: `pulumi stack history says what nobody understands here: ${oneLine((error as Error).message)}` };
  }
}

function read({ kind, result, environment }: z.output<typeof Entry>): LastUp {
  const { "git.head": commit, "pulumi.env.PULUMI_AGENT_SANDBOX_CLEAN": clean } = environment ?? {};
  const flags = ["target", "exclude"].filter((flag) => environment?.[`pulumi.flag.${flag}`]);
  // What it had changed until then is there.
  if (result !== "succeeded") return { no: `its last ${kind === "update" ? "up" : kind} failed half-way` };
  if (flags.length > 0) return { no: `its last up was of a part of it (--${flags[0]})` };
  if (!commit) return { no: "its last up was in no git repository" };
  // Set by bin/pulumi: Pulumi's own git.dirty does not know the filter that takes a salt out (setup/git.sh), and is always true.
  if (!clean) return { no: `its last up was of ${short(commit)} with changes that are in no commit` };
  return { commit };
}
