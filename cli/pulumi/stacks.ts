import { z } from "zod";
import { oneLine } from "../../stack-file/printable.ts";
import type { Look } from "../../target/look.ts";
import { askPulumi, jsonIn, runPulumi } from "./run.ts";

/** Clients that a stack is known of, with or without a stack file; those of which no `up` has left anything are left out. Sorted. */
export async function stacksThere(root: string): Promise<Look<string[]>> {
  const said = await askPulumi(root, ["stack", "ls", "--json"]);
  if ("unseen" in said) return said;
  const text = said.seen ?? "";
  try {
    const parsed = Stacks.safeParse(JSON.parse(jsonIn(text, "[")));
    // A service says whose it is before the name.
    if (parsed.success)
      return {
        seen: parsed.data
          .filter(({ resourceCount }) => resourceCount !== 0)
          .map(({ name }) => name.slice(name.lastIndexOf("/") + 1))
          .sort(),
      };
  } catch {}
  return { unseen: `pulumi stack ls says no stacks, but ${JSON.stringify(oneLine(text).slice(0, 60))}` };
}

const Stacks = z.array(z.object({ name: z.string(), resourceCount: z.number().optional() }));

/** Takes a stack away that has nothing, and its salt. */
export async function removeStack(client: string): Promise<void> {
  await runPulumi(["stack", "rm", client, "--yes", "--remove-backups"], { show: false });
}
