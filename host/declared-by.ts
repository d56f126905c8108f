import type { Declared } from "../capabilities/capability.ts";
import { readGuards } from "../capabilities/command-guards/look.ts";
import { readEgressCatalogue } from "../capabilities/egress/look/catalogue.ts";
import { readImageSources } from "../capabilities/image/look/sources.ts";
import { notRuledOut } from "../capabilities/profile/profile.ts";
import { declare } from "../plan/declare.ts";
import { configOf } from "../stack-file/config.ts";
import type { Problem } from "../stack-file/problem.ts";
import { judgeStackFile } from "../stack-file/shape.ts";
import { parseSpec } from "../stack-file/spec.ts";
import { parseYaml, whyNoYaml } from "../stack-file/yaml.ts";
import { writableDirectories } from "./writable.ts";

/**
 * What the text of a client's stack file declares with the catalogues of this working tree, without its host and its engine; or what is wrong with it.
 * @throws CatalogueError where the catalogues cannot be read
 */
export async function declaredBy(
  root: string,
  client: string,
  text: string,
): Promise<{ declared: Declared } | { problems: Problem[] }> {
  let content: unknown;
  try {
    content = parseYaml(text);
  } catch (error) {
    return {
      problems: [{ path: "", message: `is not YAML: ${whyNoYaml(error)}` }],
    };
  }
  const { spec, problems: ofConfig } = parseSpec(revealed(configOf(content)) as Record<string, unknown>);
  const problems = judgeStackFile(content, ofConfig);
  if (!spec) return { problems };
  const writable = writableDirectories(client, spec, root);
  const sources = readImageSources(root, spec);
  const { egress, problems: ofPolicies } = await readEgressCatalogue(spec, root, sources.agents, writable);
  const declared = declare(client, spec, { ...sources, ...egress, guards: readGuards(root) });
  problems.push(...declared.problems, ...notRuledOut(spec, ofPolicies));
  return problems.length > 0 ? { problems } : { declared };
}

/** As the program gets it: values that are encrypted, with some text in their place. */
function revealed(said: unknown): unknown {
  if (Array.isArray(said)) return said.map(revealed);
  if (typeof said !== "object" || said === null) return said;
  const entries = Object.entries(said);
  if (entries.length === 1 && entries[0]?.[0] === "secure") return "encrypted";
  return Object.fromEntries(entries.map(([key, value]) => [key, revealed(value)]));
}
