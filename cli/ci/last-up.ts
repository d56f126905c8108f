import { z } from "zod";
import type { Look } from "../../target/look.ts";
import { lastUpdates } from "../pulumi/history.ts";
import { short } from "./report.ts";

/** What a client's last `up` was of: a commit, or why of none that says all of what is there, as the end of a line. */
export type LastUp = { commit: string } | { no: string };

const Entry = z.object({
  kind: z.string(),
  result: z.string(),
  environment: z.record(z.string(), z.string()).nullish(),
});

/** What the stack's history says. Nothing where there is no stack, or it was destroyed since. */
export async function lastUp(root: string, client: string): Promise<Look<LastUp | undefined>> {
  const updates = await lastUpdates(root, client, Entry);
  if ("unseen" in updates) return updates;
  const newest = updates.seen?.find(({ kind }) => ["update", "destroy"].includes(kind));
  if (!newest || (newest.kind === "destroy" && newest.result === "succeeded")) return { seen: undefined };
  return { seen: read(newest) };
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
