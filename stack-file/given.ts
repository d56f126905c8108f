import { ENCRYPTED } from "./encrypted.ts";
import { isMapping } from "./mapping.ts";
import type { Problem } from "./problem.ts";
import { parseSpec } from "./spec.ts";

/**
 * Compares the config that Pulumi hands over with the stack file, by what each says when it is parsed. A review is of the file: what an ESC environment adds, or what Pulumi's
 * reader of YAML (1.1) takes for another value than this project's (1.2), nobody has reviewed.
 * @param given what Pulumi handed over, values of secrets taken out
 * @param written the config as the stack file has it
 * @returns a problem for each key that differs; none where what was given cannot be parsed, for that is told already
 */
export function givenOtherwise(
  given: Readonly<Record<string, unknown>>,
  written: Readonly<Record<string, unknown>>,
): Problem[] {
  const [of, as] = [parseSpec(hidden(given, written)), parseSpec(hidden(written, written))];
  if (!of.spec || of.problems.length > 0) return [];
  const paths = as.problems.length > 0 ? as.problems.map(({ path }) => path) : differences(of.spec, as.spec, "");
  return paths.map((path) => ({
    path,
    message:
      "is another value to Pulumi than in the stack file: it comes from elsewhere (an ESC environment, a setting of the project), which no review sees, or is read otherwise by YAML 1.1; write it in the stack file, in quotes where it is text",
  }));
}

/** Without what is encrypted in the file: each is the same word in both. */
function hidden(said: unknown, written: unknown): Record<string, unknown>;
function hidden(said: unknown, written: unknown): unknown {
  if (isMapping(written) && typeof written.secure === "string" && Object.keys(written).length === 1) return ENCRYPTED;
  if (Array.isArray(said)) return said.map((item, index) => hidden(item, Array.isArray(written) ? written[index] : {}));
  if (!isMapping(said)) return said;
  const inner = isMapping(written) ? written : {};
  return Object.fromEntries(Object.entries(said).map(([key, one]) => [key, hidden(one, inner[key])]));
}

/** The paths of the outermost values that differ. */
function differences(one: unknown, other: unknown, path: string): string[] {
  if (isMapping(one) && isMapping(other))
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) =>
      differences(one[key], other[key], path ? `${path}.${key}` : key),
    );
  return JSON.stringify(one) === JSON.stringify(other) ? [] : [path];
}
