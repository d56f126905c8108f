import { z } from "zod";
import type { Shown } from "../shown.ts";
import { jsonIn, runPulumi } from "./run.ts";
import { NOT_REACHED } from "./steps.ts";
import { upStack } from "./up.ts";

/** Previews a client and saves what was planned: a plan that is carried out later does that and nothing else. @param words of pulumi besides */
export function savePlan(client: string, file: string, words: readonly string[] = [], shown?: Shown) {
  return runPulumi(["preview", "--stack", client, "--color", "never", "--save-plan", file, ...words], shown);
}

/** What `pulumi preview --json` prints, as far as it is read. */
const Preview = z.object({
  diagnostics: z.array(z.object({ message: z.string(), severity: z.string() })).nullish(),
  changeSummary: z.record(z.string(), z.number()).nullish(),
});

/** Reads what a preview prints that is asked for JSON; nothing where that is none. */
export function readPreview(text: string): z.output<typeof Preview> | undefined {
  try {
    return Preview.parse(JSON.parse(jsonIn(text, "{")));
  } catch {
    return undefined;
  }
}

/** Carries a plan out. `violated`: what would be done now is not what was planned, for something changed since; nothing but what was planned was done. */
export async function carryOut(
  client: string,
  file: string,
  shown?: Shown,
  words: readonly string[] = [],
): Promise<{ code: number; text: string; stderr: string; violated: boolean }> {
  const { code, text, stderr } = await upStack(client, ["--plan", file, ...words], shown);
  const lines = text.split("\n").filter((line) => !ERROR_NOT_REACHED.test(line));
  return { code, text: lines.join("\n"), stderr, violated: code !== 0 && VIOLATED.test(text) };
}

const ERROR_NOT_REACHED = new RegExp(`error: ${NOT_REACHED}`);

/** How Pulumi says that an operation is none of the plan's. */
const VIOLATED = /violates plan|not allowed by the plan|no plan for resource|unexpectedly not deleted/;
