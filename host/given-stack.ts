import { takeEncrypted } from "../stack-file/encrypted.ts";
import { withEnvironments } from "../stack-file/esc.ts";
import { givenOtherwise } from "../stack-file/given.ts";
import type { Problem } from "../stack-file/problem.ts";
import { configOf, readConfig, readOwnStackFile } from "../stack-file/read.ts";
import type { Spec } from "../stack-file/spec.ts";
import { readSpec } from "./declared.ts";

/** A client's stack as Pulumi hands it over, judged with its file. */
export interface GivenStack {
  /** Without what Pulumi has decrypted. */
  config: Record<string, unknown>;
  /** What it has decrypted, by key path. */
  values: Map<string, string>;
  /** Nothing where that cannot be said without what is missing. */
  spec: Spec | undefined;
  problems: Problem[];
}

/**
 * Reads the config that Pulumi hands over, and the stack file, which alone was reviewed: what differs is refused.
 * @param handed a text by key, as Pulumi's SDK has it
 * @throws StackFileError
 */
export function readGivenStack(client: string, root: string, handed: Readonly<Record<string, string>>): GivenStack {
  const file = readOwnStackFile(root, client);
  const written = file && configOf(file.content);
  const taken = takeEncrypted(withEnvironments(readConfig(handed), file?.content), written);
  const { config, values } = taken;
  const { spec, problems } = readSpec(config, file);
  problems.push(...taken.problems);
  if (written && typeof written.engine === "object")
    problems.push({
      path: "engine",
      message: "is encrypted, and nobody could say on which engine the client lives; write it in clear",
    });
  // What is wrong by itself is told first.
  if (written && problems.length === 0) problems.push(...givenOtherwise(config, written));
  return { config, values, spec, problems };
}
