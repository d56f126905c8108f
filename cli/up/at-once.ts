import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { complain, say, sayLines } from "../../host/say.ts";
import { Interrupts } from "../interrupts.ts";
import { tellSteps } from "../pulumi/told.ts";
import { upStack } from "../pulumi/up.ts";
import { asWord } from "./planned.ts";
import { describeEnd } from "./report.ts";

/**
 * Brings a client up of whom the command before has shown what changes, and asked: what the program says and each step is told as it comes, and at the end what it came to.
 * @returns pulumi's status
 */
export async function upAtOnce(client: string): Promise<number> {
  let folder: string;
  try {
    folder = mkdtempSync(join(tmpdir(), "agent-sandbox-up-"));
  } catch (error) {
    // The file is written by now, and what is to be done with it is the caller's to tell.
    complain(`agentbox: ${client} was not brought up: ${(error as Error).message}`);
    return 1;
  }
  const interrupts = new Interrupts();
  const begin = performance.now();
  say(`$ pulumi up --stack ${client}`);
  try {
    const hearWord = (text: string) => sayLines(asWord(text));
    const { end, steps } = await tellSteps(client, { folder, raw: false, hearWord }, (words, shown) =>
      upStack(client, words, { ...shown, interrupts }),
    );
    // Its words stand above.
    const plan = { client, words: [], becomes: "brought up" } as const;
    say();
    const failed = end.code === 0 ? undefined : end;
    for (const line of describeEnd(plan, steps, (performance.now() - begin) / 1000, failed, interrupts.asked))
      say(line);
    return end.code;
  } finally {
    interrupts.done();
    rmSync(folder, { recursive: true, force: true });
  }
}
