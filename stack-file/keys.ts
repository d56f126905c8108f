import { z } from "zod";
import { suggest } from "./problem.ts";

/** An object that knows its keys: an unknown one is an error that names the nearest known key, a line each (`describeIssue`). */
export function keys<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).sort();
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys
            .map((key) => `"${key}" is not a key here.${suggest(key, known)} Allowed: ${known.join(", ")}`)
            .join("\n")
        : `is not a mapping with the keys ${known.join(", ")}`,
  });
}
