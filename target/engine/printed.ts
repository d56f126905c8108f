import type { Readable } from "node:stream";
import type { Look } from "../look.ts";
import { endOf, type Reach, start } from "./client.ts";

/** A line that a container printed, on whichever stream. It is raw: an agent can write to its container's first process whatever it likes. */
export interface PrintedLine {
  /** When the engine had it, as RFC 3339 in UTC. */
  time: string;
  text: string;
}

/** Letters of one line at most; the rest of it is left out. */
const LONGEST = 16_384;

/**
 * Hands over what a container has printed, a line at a time, as it comes from the engine: those of the two streams are not in order of their times.
 * @param since only what is as old at most, RFC 3339
 * @returns why that could not be seen
 */
export async function printed(
  engine: Reach,
  container: string,
  { follow, since }: { follow: boolean; since?: string },
  take: (line: PrintedLine) => void,
): Promise<Look<undefined>> {
  const args = ["logs", "--timestamps", ...(follow ? ["--follow"] : []), ...(since ? ["--since", since] : [])];
  args.push(container);
  const child = start(engine, args);
  child.stdin.end();
  let last = "";
  const end = endOf(engine, args, child, () => ({ stdout: "", stderr: last }));
  const each = (text: string) => {
    const [, time, said] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) ?(.*)$/s.exec(text) ?? [];
    // What has no time is the client's own.
    if (time === undefined) last = text;
    else take({ time, text: said ?? "" });
  };
  await Promise.all([lines(child.stdout, each), lines(child.stderr, each)]);
  const said = await end;
  return said.ok ? { seen: undefined } : { unseen: said.why };
}

async function lines(stream: Readable, each: (text: string) => void): Promise<void> {
  let rest = "";
  for await (const part of stream.setEncoding("utf8")) {
    const all = (rest + part).split("\n");
    // Whoever never ends a line fills no memory.
    rest = (all.pop() ?? "").slice(0, LONGEST);
    for (const line of all) each(line.slice(0, LONGEST).replace(/\r$/, ""));
  }
  if (rest) each(rest);
}
