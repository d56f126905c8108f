import { z } from "zod";
import type { Look } from "../look.ts";
import { AskedFor, Inspected } from "./answers.ts";
import { ONCE, unexpected } from "./api.ts";
import { commandOf, isGone, type Reach, runClient } from "./client.ts";

/** What the engine's client says of a container; nothing where there is none of this name. */
export function inspectByClient(engine: Reach, name: string): Promise<Look<Inspected | undefined>> {
  return inspectAs(engine, name, Inspected);
}

async function inspectAs<Schema extends z.ZodType>(
  engine: Reach,
  name: string,
  schema: Schema,
): Promise<Look<z.output<Schema> | undefined>> {
  const said = await runClient(engine, ["inspect", "--type", "container", name]);
  if (isGone(said)) return { seen: undefined };
  if (!said.ok) return { unseen: said.why };
  const asked = `${engine.cli} inspect`;
  try {
    // The client may print a warning before the JSON, on stdout as well.
    const text = said.stdout.slice(Math.max(0, said.stdout.search(/^\[/m)));
    const parsed = z.tuple([schema]).safeParse(JSON.parse(text), ONCE);
    return parsed.success ? { seen: parsed.data[0] } : { unseen: `${asked} answers ${unexpected(parsed.error)}` };
  } catch {
    return {
      unseen: `${asked} says ${JSON.stringify(said.stdout.slice(0, 60))} of ${name}, which is no answer of an engine's client. See what ${commandOf(engine)[0]} is on PATH`,
    };
  }
}

/** A container that somebody made by hand, and the variables that are its image's own. */
export async function describeContainer(
  engine: Reach,
  name: string,
): Promise<Look<{ found: AskedFor; ofImage: string[] } | undefined>> {
  const look = await inspectAs(engine, name, AskedFor);
  if ("unseen" in look || !look.seen) return look as Look<undefined>;
  const found = look.seen;
  const said = await runClient(engine, ["image", "inspect", "--format", "{{json .Config.Env}}", found.Image]);
  // An image that is gone tells nothing: then all variables are taken for the container's own.
  if (!said.ok) return isGone(said) ? { seen: { found, ofImage: [] } } : { unseen: said.why };
  const env = z.array(z.string()).nullable().safeParse(JSON.parse(said.stdout));
  return env.success
    ? { seen: { found, ofImage: env.data ?? [] } }
    : { unseen: `${engine.cli} image inspect says no variables of ${found.Image}` };
}
