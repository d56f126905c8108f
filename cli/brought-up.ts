import { z } from "zod";
import { oneLine } from "../stack-file/printable.ts";
import type { Look } from "../target/look.ts";
import { askPulumi } from "./stack-outputs.ts";

/** An update in a stack's history, as far as it is read. */
const Update = z.object({ kind: z.string(), result: z.string(), endTime: z.string() });

/**
 * When the last `up` that went well ended, by the stack's history: the one that left the outputs, for one that fails leaves those of before. It is in no output, where an `up`
 * that changes nothing would change it.
 * @returns a moment like `2026-11-28T21:40:11Z`; nothing where the last fifty updates have none
 */
export async function broughtUp(root: string, client: string): Promise<Look<string | undefined>> {
  const args = ["stack", "history", "--stack", client, "--json", "--page-size", "50", "--non-interactive"];
  const said = await askPulumi(root, args);
  if ("unseen" in said || said.seen === undefined) return said as Look<undefined>;
  try {
    // A warning may come first, and a stack without a history prints no JSON.
    const all = z.array(Update).parse(JSON.parse(said.seen.slice(Math.max(0, said.seen.search(/^\[/m))) || "[]"));
    const last = all.find(({ kind, result }) => kind === "update" && result === "succeeded");
    return { seen: last?.endTime.replace(/\.\d+Z$/, "Z") };
  } catch (error) {
    return { unseen: `pulumi stack history says what nobody understands here: ${oneLine((error as Error).message)}` };
  }
}
