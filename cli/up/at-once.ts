import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { say } from "../../host/say.ts";
import { Interrupts } from "../interrupts.ts";
import { tellSteps } from "../pulumi/told.ts";
import { upStack } from "../pulumi/up.ts";
import { asWords } from "./planned.ts";
import { describeEnd } from "./report.ts";

/** Brings a client up of whom the command before has shown what changes, and asked: each step is told as it ends, and at the end what it came to. @returns pulumi's status */
export async function upAtOnce(client: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-up-"));
  const interrupts = new Interrupts();
  const begin = performance.now();
  say(`$ pulumi up --stack ${client}`);
  try {
    const { end, steps } = await tellSteps(client, { folder, raw: false }, (words, shown) =>
      upStack(client, words, { ...shown, interrupts }),
    );
    const plan = { client, words: asWords(steps.words), becomes: "brought up" } as const;
    say();
    for (const line of describeEnd(plan, steps, (performance.now() - begin) / 1000, end.code === 0 ? undefined : end))
      say(line);
    return end.code;
  } finally {
    interrupts.done();
    rmSync(folder, { recursive: true, force: true });
  }
}
