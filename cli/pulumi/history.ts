import { z } from "zod";
import { oneLine } from "../../stack-file/printable.ts";
import type { Look } from "../../target/look.ts";
import { askPulumi, jsonIn } from "./run.ts";

/** A stack's history as JSON, newest first; nothing where there is no such stack. @param words of pulumi besides */
export async function readHistory(
  root: string,
  client: string,
  words: readonly string[] = [],
): Promise<Look<string | undefined>> {
  const said = await askPulumi(root, ["stack", "history", "--stack", client, "--json", ...words]);
  if ("unseen" in said || said.seen === undefined) return said;
  // A stack without a history prints no JSON.
  return { seen: jsonIn(said.seen, "[") || "[]" };
}

/** The last fifty updates of a stack, newest first; nothing where there is no such stack. @param update an update, as far as it is read */
export async function lastUpdates<Update extends z.ZodType>(
  root: string,
  client: string,
  update: Update,
): Promise<Look<z.output<Update>[] | undefined>> {
  const said = await readHistory(root, client, ["--page-size", "50"]);
  if ("unseen" in said || said.seen === undefined) return said as Look<undefined>;
  try {
    return { seen: z.array(update).parse(JSON.parse(said.seen)) };
  } catch (error) {
    return { unseen: `pulumi stack history says what nobody understands here: ${oneLine((error as Error).message)}` };
  }
}

/**
 * When the last `up` that went well ended, by the stack's history: the one that left the outputs, for one that fails leaves those of before. It is in no output, where an `up`
 * that changes nothing would change it.
 * @returns a moment like `2026-11-28T21:40:11Z`; nothing where the last fifty updates have none
 */
export async function broughtUp(root: string, client: string): Promise<Look<string | undefined>> {
  const updates = await lastUpdates(root, client, Ended);
  if ("unseen" in updates) return updates;
  const last = updates.seen?.find(({ kind, result }) => kind === "update" && result === "succeeded");
  return { seen: last?.endTime.replace(/\.\d+Z$/, "Z") };
}

const Ended = z.object({ kind: z.string(), result: z.string(), endTime: z.string() });
