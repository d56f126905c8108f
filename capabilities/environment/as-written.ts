import { parse } from "yaml";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { variables } from "./variable.ts";

/**
 * Values that YAML reads as something else than what is written: `3.10` is the number 3.1, `1e3` is 1000, `0755` is 493 to one reader and 755 to another,
 * and a day becomes a time. What the program was given is compared with the text of the file, so nothing has to be known of any reader.
 * @param file the stack file; `undefined` where the config comes from elsewhere
 */
export function misread(file: string | undefined, spec: Pick<Spec, "environment">): Problem[] {
  const declared = variables(spec);
  if (file === undefined || declared.length === 0) return [];
  // With every scalar as the text that it is.
  const config = at(parse(file, { schema: "failsafe", logLevel: "error" }), "config");
  const environment = at(config, "agent-sandbox:environment") ?? at(config, "environment");
  return declared.flatMap(({ name, agent, value, key }) => {
    const text = at(agent === undefined ? environment : at(environment, agent), name);
    if (typeof text !== "string" || text === value) return [];
    return [
      {
        path: key,
        message: `${text} is read as ${JSON.stringify(value)}; write it in quotes: ${JSON.stringify(text)}`,
      },
    ];
  });
}

function at(mapping: unknown, key: string): unknown {
  return typeof mapping === "object" && mapping !== null && Object.hasOwn(mapping, key)
    ? (mapping as Record<string, unknown>)[key]
    : undefined;
}
