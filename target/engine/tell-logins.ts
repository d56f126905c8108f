import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { LoginEntry } from "../../capabilities/login.ts";
import type { Look } from "../look.ts";
import type { Reach } from "./client.ts";
import { runTrusted } from "./run-trusted.ts";

/** A login file as it is looked for: in a volume that is there, below its top, and what a login in it has. */
export interface LoginPlace {
  volume: string;
  path: string;
  has: readonly LoginEntry[];
}

/** What lies in the place of a login. All of it is an agent's word: it writes the file. */
export type FoundLogin =
  | { is: "absent" | "other" | "large" | "broken" }
  /** A JSON object, and the logins in it: whether each is renewed without a person, and when its token ends, in milliseconds since 1970. */
  | { is: "file"; logins: { renews: boolean; ends?: number }[] };

/** The first of them: a file may say that it has any number. */
const MOST = 20;
/** Year 9999: what is beyond no calendar of ours writes. */
const LAST = 253_402_300_799_000;

/** Tells of a file, which is read as a list of all JSON in it, what it has by which names, and nothing that is a secret. */
const FILTER = `def text: type == "string" and length > 0;
  # 0 was seen in claude's file, for a login that was good (its issue 83834).
  def time: if type == "number" and . > 0 and . <= ${LAST} then floor else null end | if . == 0 then null else . end;
  if length != 1 or (.[0] | type) != "object" then error else .[0] end
  | . as $whole
  | [limit(${MOST}; $has[] as $one
    | (if $one.in == null then $whole elif $one.in == "*" then $whole[] else $whole[$one.in] end)
    | select(type == "object" and (.[$one.token] | text))
    | {renews: ($one.renews != null and (.[$one.renews] | text)), ends: (if $one.ends == null then null else .[$one.ends] end | time)})]`;

const Logins = z
  .array(z.strictObject({ renews: z.boolean(), ends: z.int().positive().max(LAST).nullable() }))
  .max(MOST);

/**
 * Looks at login files from a container of its own, with an image that no agent has written: none of the agent's programs is run, no link is followed, and no part
 * of a login comes out.
 * @param of volumes that are there, for an engine makes one that is not; a trusted image
 * @returns what lies in each place, in their order
 */
export async function tellLogins(
  engine: Reach,
  { client, image, places }: { client: string; image: string; places: readonly LoginPlace[] },
): Promise<Look<FoundLogin[]>> {
  const said = await runTrusted(engine, {
    ...{ name: `${client}-logins`, client, image, user: "0:0" },
    // Of root, which is not the files' owner.
    capabilities: ["DAC_READ_SEARCH"],
    volumes: places.map(({ volume }, number) => `${volume}:/state/${number}:ro,nocopy`),
    program: [
      ...(["/usr/bin/perl", "-e", readFileSync(join(import.meta.dirname, "tell-logins.pl"), "utf8"), FILTER] as const),
      ...places.flatMap(({ path, has }) => [path, JSON.stringify(has)]),
    ],
  });
  return said.ok ? readLogins(said.stdout, places.length) : { unseen: said.why };
}

/** Reads what was told, all of it or nothing. @param count how many logins were looked for */
export function readLogins(text: string, count: number): Look<FoundLogin[]> {
  const lines = text.split("\n");
  if (lines.pop() !== "" || lines.pop() !== "end" || lines.length !== count)
    return { unseen: "the look at login files broke off" };
  const found: FoundLogin[] = [];
  for (const [number, line] of lines.entries()) {
    const told = line.startsWith(`${number} `) ? readLogin(line.slice(`${number} `.length)) : undefined;
    if (!told) return { unseen: `the look at login files says ${JSON.stringify(line.slice(0, 60))}` };
    found.push(told);
  }
  return { seen: found };
}

function readLogin(said: string): FoundLogin | undefined {
  if (said === "absent" || said === "other" || said === "large" || said === "broken") return { is: said };
  let json: unknown;
  try {
    json = JSON.parse(said);
  } catch {
    return undefined;
  }
  const logins = Logins.safeParse(json);
  if (!logins.success) return undefined;
  return {
    is: "file",
    logins: logins.data.map(({ renews, ends }) => ({ renews, ...(ends !== null && { ends }) })),
  };
}
