import type { Facts } from "../../plan/facts.ts";
import { within } from "../../plan/path.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Declared } from "../capability.ts";
import { soundsSecret } from "../secret-name.ts";
import { reserved } from "./variable.ts";

/** Names that are told at most: the sentence is a line of a preview. */
const MOST_TOLD = 5;

/**
 * What files of the workspace ask for and nobody gives: npm sends `${NPM_TOKEN}` to the registry as it is written there, and says "401" or "404" of a package that is there.
 * A file that the agent does not see asks for nothing.
 */
export function tellAsking({ spec, files }: Pick<Declared, "spec" | "files">, facts: Facts): Problem[] {
  // It has no secrets.
  if (spec.profile === "lockdown") return [];
  const given = new Set(files.flatMap((file) => (file.role === "variable" ? [file.name] : [])));
  const isSeen = (file: string) => !facts.masks.some((mask) => mask.as === "empty" && within(file, mask.path));
  const asked = (facts.asking ?? []).filter(({ file }) => isSeen(file));
  const lacking = [...new Set(asked.flatMap(({ names }) => names))].filter(
    (name) => !given.has(name) && reserved(name) === undefined,
  );
  if (lacking.length === 0) return [];
  const told = lacking.slice(0, MOST_TOLD);
  const by = asked.filter(({ names }) => names.some((name) => told.includes(name))).map(({ file }) => file);
  const more = lacking.length > told.length ? ` and ${lacking.length - told.length} more` : "";
  const unexported = told.filter((name) => Object.hasOwn(spec.secrets, name));
  const secret = told.filter((name) => !unexported.includes(name) && soundsSecret(name));
  const plain = told.filter((name) => !unexported.includes(name) && !soundsSecret(name));
  const ways = [
    ...unexported.map((name) => `export: true beside the source of secrets.${name}, which is a file alone so far`),
    ...(secret.length > 0
      ? [`secrets: {${secret.map((name) => `${name}: {env: ${name}, export: true}`).join(", ")}}`]
      : []),
    ...(plain.length > 0 ? [`environment: {${plain.map((name) => `${name}: …`).join(", ")}}`] : []),
  ];
  return [
    {
      path: secret.length + unexported.length > 0 ? "secrets" : "environment",
      message: `${by.join(" and ")} of the workspace ${by.length > 1 ? "ask" : "asks"} for ${told.join(", ")}${more}, and no variable of this name is given to the sandbox; where its programs need it, write ${ways.join(", and ")}`,
    },
  ];
}
