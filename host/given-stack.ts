import { configOf, readConfig } from "../stack-file/config.ts";
import { takeEncrypted } from "../stack-file/encrypted.ts";
import { withEnvironments } from "../stack-file/esc.ts";
import { givenOtherwise } from "../stack-file/given.ts";
import { readOwnStackFile } from "../stack-file/look/stack-files.ts";
import type { Problem } from "../stack-file/problem.ts";
import type { Spec } from "../stack-file/spec.ts";
import { readSpec } from "./declared.ts";

/** A client's stack as Pulumi hands it over, judged with its file. */
export interface GivenStack {
  /** Without what Pulumi has decrypted. */
  config: Record<string, unknown>;
  /** What it has decrypted, by key path. */
  values: Map<string, string>;
  /** What is right of it: enough for further checks, and for no more where there are problems. */
  spec: Spec;
  /** All that is wrong with it, with what was found later. */
  tell(later: readonly Problem[]): Problem[];
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
  const { spec, problems, tell } = readSpec(config, file);
  // What is wrong by itself is told first.
  const found = [...taken.problems];
  if (written && typeof written.engine === "object")
    found.push({
      path: "engine",
      message: "is encrypted, and nobody could say on which engine the client lives; write it in clear",
    });
  if (written && problems.length + found.length === 0) found.push(...givenOtherwise(config, written));
  return { config, values, spec, tell: (later) => tell([...found, ...later]) };
}
