import type { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { SANDBOX } from "../../gateway/contract.ts";
import { names } from "../../plan/names.ts";
import type { Look } from "../look.ts";
import { endOf, type Reach, start } from "./client.ts";

/** Where `open-url` leaves the last URL that was asked for (images/runtime/open-url): memory of the sandbox, which the agent writes. */
const ASKED = SANDBOX.askedUrl;

/** Takes what is asked for, as it comes, and ends with its stdin. Two of it never take the same request. */
const TAKE = `while :; do
  if [ -e ${ASKED} ] && mv -fT ${ASKED} ${ASKED}.taken; then head -c 4200 ${ASKED}.taken; echo; fi
  read -rt 0.5 || [ $? -gt 128 ] || exit 0
done`;

/** Letters of one request at most; the rest of its line is left out. It is one more than a URL may have. */
const LONGEST = SANDBOX.urlBytes + 1;

/** Milliseconds between two reads, each of 64 KiB at most. */
const PAUSE = 100;

/**
 * Hands over what a client's agent asks a person to open, a line at a time and raw. The next one is read when the one before is dealt with, so an agent that asks without
 * end fills no memory. It goes on until `end`, or until nobody is there to ask.
 * @returns why it could not go on; nothing where it was ended
 */
export async function askedUrls(
  engine: Reach,
  client: string,
  take: (text: string) => Promise<void>,
  end: AbortSignal,
): Promise<Look<undefined>> {
  const args = ["exec", "--interactive", names(client).agent, "/bin/bash", "-c", TAKE];
  const child = start(engine, args);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    stderr = (stderr + part).slice(-4096);
  });
  const said = endOf(engine, args, child, () => ({ stdout: "", stderr }));
  const stop = () => {
    child.stdin.end();
    child.kill();
    child.stdout.destroy();
  };
  end.addEventListener("abort", stop, { once: true });
  if (end.aborted) stop();
  try {
    for await (const line of boundedLines(child.stdout, LONGEST)) if (!end.aborted) await take(line);
  } catch (error) {
    // What reads of a stream that was ended is told so.
    if (!end.aborted) throw error;
  }
  const how = await said;
  if (end.aborted) return { seen: undefined };
  return { unseen: how.ok ? "it was ended in the sandbox" : how.why };
}

/** Lines of a stream, without empty ones, each with `most` letters at most. What comes without end is read slowly, or it would keep a processor busy. */
export async function* boundedLines(stream: Readable, most: number): AsyncGenerator<string> {
  let rest = "";
  for await (const part of stream.setEncoding("utf8")) {
    const [first = "", ...more] = String(part).split("\n");
    rest = (rest + first).slice(0, most);
    for (const next of more) {
      if (rest !== "") yield rest;
      rest = next.slice(0, most);
    }
    await setTimeout(PAUSE);
  }
  if (rest !== "") yield rest;
}
