import { hostname } from "node:os";
import { isFar } from "../stack-file/named-engine.ts";
import type { EngineSurvey } from "./engine/survey.ts";

/**
 * Whether an engine runs on this machine, so that what is looked at here is what it has: by its address, for two machines may have one name; and where that is this machine's, by the
 * name, which an engine in a virtual machine has of its own.
 */
export function isHere({
  engine,
  machine,
}: {
  engine: Pick<EngineSurvey["engine"], "host">;
  machine: string;
}): boolean {
  return !isFar(engine.host) && machine === hostname();
}
