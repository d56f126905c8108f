import type { Declared } from "../capabilities/capability.ts";
import { readGuards } from "../capabilities/command-guards/look.ts";
import { readEgressCatalogue } from "../capabilities/egress/look/catalogue.ts";
import type { ReadPolicyFiles } from "../capabilities/egress/look/policy-files.ts";
import { misread } from "../capabilities/environment/as-written.ts";
import type { ImageCatalogue } from "../capabilities/image/image.ts";
import { notRuledOut } from "../capabilities/profile/profile.ts";
import { declare } from "../plan/declare.ts";
import type { Problem } from "../stack-file/problem.ts";
import { judgeStackFile } from "../stack-file/shape.ts";
import { parseSpec, type Spec } from "../stack-file/spec.ts";
import { throughLinks } from "./through-link.ts";
import type { Writable } from "./writable.ts";

/** What a client's config says, judged with the file that it was written in. */
export interface ReadSpec {
  /** What is right of it: enough for further checks, and for no more where there are problems. */
  spec: Spec;
  problems: Problem[];
  /** All that is wrong with the stack file: what was found while it was read, and later. */
  tell(later: readonly Problem[]): Problem[];
}

/** @param file the stack file; `undefined` where the config comes from elsewhere */
export function readSpec(
  config: Readonly<Record<string, unknown>>,
  file: { text: string; content: unknown } | undefined,
): ReadSpec {
  const parsed = parseSpec(config);
  const found = [...parsed.problems, ...parsed.tell(misread(file?.text, parsed.rest))];
  const tell = (later: readonly Problem[]) => judgeStackFile(file?.content, [...found, ...parsed.tell(later)]);
  return { spec: parsed.rest, problems: tell([]), tell };
}

/**
 * What a client declares by the files of its project: everything that can be said without an engine, secrets and the client's directories.
 * @returns apart from what is wrong the policy files that are not here: they may be where `up` runs
 * @throws CatalogueError
 */
export async function readDeclared(
  client: string,
  spec: Spec,
  root: string,
  images: ImageCatalogue,
  writable: readonly Writable[],
): Promise<{ declared: Declared; problems: Problem[]; absent: ReadPolicyFiles["absent"] }> {
  const { egress, problems, absent, tell } = await readEgressCatalogue(spec, root, images.agents, writable);
  const declared = declare(client, spec, { ...images, ...egress, guards: readGuards(root) });
  return {
    declared,
    problems: [...tell(declared.problems), ...notRuledOut(spec, problems), ...throughLinks(declared, root)],
    absent: absent.filter((problem) => notRuledOut(spec, [problem]).length > 0),
  };
}
