import type { Engine } from "../engine.ts";
import type { Lacks } from "./dialect.ts";

/** Limits that an engine takes and does not hold, each with why. */
export function unheld(limits: Engine["limitless"], why: string): Pick<Lacks, "limits"> {
  return limits?.length ? { limits: Object.fromEntries(limits.map((limit) => [limit, why])) } : {};
}
