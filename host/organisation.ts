import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readGuards } from "../capabilities/command-guards/look.ts";
import { readEgressCatalogue } from "../capabilities/egress/look/catalogue.ts";
import { readImageSources } from "../capabilities/image/look/sources.ts";
import { declare } from "../plan/declare.ts";
import { guardrails as walls } from "../plan/guardrails.ts";
import { ApprovalsSchema } from "../plan/rules/approvals-file.ts";
import { type Ceiling, parseCeiling } from "../plan/rules/ceiling.ts";
import type { Judged, Other } from "../plan/rules/kind.ts";
import type { Organisation } from "../plan/rules/organisation.ts";
import { type Rule, RuleSchema } from "../plan/rules/rule.ts";
import { cataloguesOf } from "../setup/places.ts";
import { isAtOrBelow } from "../stack-file/key-path.ts";
import { isUnknown, ofAnother } from "../stack-file/look/another.ts";
import { stackFiles } from "../stack-file/look/stack-files.ts";
import type { Problem } from "../stack-file/problem.ts";
import { parseSpec } from "../stack-file/spec.ts";
import { parseYaml, whyNoYaml } from "../stack-file/yaml.ts";
import { readNamedYaml, readYaml } from "./catalogue-file.ts";
import { hostPath } from "./path.ts";
import { asFarAsItLeads } from "./real-path.ts";
import type { Writable } from "./writable.ts";
import { filesOf } from "./yaml-names.ts";

/** Where an organisation says what its clients may be: a file a guardrail, and two that are none. */
export const GUARDRAILS = "policies/guardrails";
const CEILING = "ceiling";
const APPROVALS = "approvals";
/** What makes a policy pack of the folder. */
const PACK = ["PulumiPolicy.yaml", "package.json", "pack.js", "pack.ts", "pack.d.ts"];

/**
 * Reads what the organisation says about its clients. What cannot be read is a problem, and with a problem nothing is placed: no guardrail is skipped because its file is wrong.
 * @param writable what agents could change: files of the ceiling's `egress.from` are none of it
 */
export async function readOrganisation(
  root: string,
  client: string,
  writable: readonly Writable[],
): Promise<{ organisation: Organisation; problems: Problem[] }> {
  const problems: Problem[] = [];
  const names = namesOf(root, problems);
  const rules: Rule[] = readNamedYaml(
    root,
    GUARDRAILS,
    names.filter((name) => ![CEILING, APPROVALS].includes(name)),
    RuleSchema,
    problems,
  );
  problems.push(...rules.filter(({ name }) => walls.some((wall) => wall.name === name)).map(ofAWall));
  const approvals = names.includes(APPROVALS)
    ? readYaml(root, `${GUARDRAILS}/${APPROVALS}.yaml`, ApprovalsSchema, problems)
    : undefined;
  const ceiling = names.includes(CEILING) ? await readCeiling(root, client, writable) : { problems: [] };
  problems.push(...ceiling.problems);
  return {
    organisation: {
      rules,
      require: approvals?.require ?? "none",
      approvals: approvals?.approvals ?? [],
      ...("ceiling" in ceiling && { ceiling: ceiling.ceiling }),
    },
    problems,
  };
}

/** A stack file that takes down such a guardrail would seem to take down the wall. */
function ofAWall({ name }: Rule): Problem {
  const message = `"${name}" is the name of a wall of every sandbox; give the guardrail another one`;
  return { file: `${GUARDRAILS}/${name}.yaml`, path: "name", message };
}

/** The names of its YAML files. A file that would be passed over by its ending is told: whoever wrote it counts on it. */
function namesOf(root: string, problems: Problem[]): string[] {
  let files: string[];
  try {
    files = [...new Set(cataloguesOf(root).flatMap((place) => filesOf(place, GUARDRAILS, root)))].sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `the folder of the organisation's guardrails cannot be read (${code}), and no client is placed without them; put it back: git checkout ${GUARDRAILS}`;
    problems.push({ file: GUARDRAILS, path: "", message });
    return [];
  }
  return files.flatMap((file) => {
    if (PACK.includes(file)) return [];
    const [, name] = /^([^.].*)\.yaml$/.exec(file) ?? [];
    if (name !== undefined) return [name];
    // What an editor or the pack leaves beside them is nobody's guardrail.
    if (/^\.|~$/.test(file) || PACK.includes(file)) return [];
    problems.push({
      file: `${GUARDRAILS}/${file}`,
      path: "",
      message: "the file is not read, for its name does not end in .yaml; rename it, or remove it",
    });
    return [];
  });
}

async function readCeiling(
  root: string,
  client: string,
  writable: readonly Writable[],
): Promise<{ ceiling?: Ceiling; problems: Problem[] }> {
  const file = `${GUARDRAILS}/${CEILING}.yaml`;
  const inFile = (found: readonly Problem[]) => found.map((problem) => ({ file, ...problem }));
  const wrong = (message: string) => ({ problems: [{ file, path: "", message }] });
  let content: unknown;
  try {
    content = parseYaml(readFileSync(join(root, file), "utf8"));
  } catch (error) {
    return wrong(`the ceiling cannot be read, and no client is placed without it: ${whyNoYaml(error)}. Mend it`);
  }
  const { bounds: spec, written, problems } = parseCeiling(content, client);
  if (!spec) return { problems: inFile(problems) };
  const sources = readImageSources(root, spec);
  const { egress, problems: ofPolicy } = await readEgressCatalogue(spec, root, sources.agents, writable);
  const declared = declare(client, spec, { ...sources, ...egress, guards: readGuards(root) });
  // A token's host is open by the client's own egress where the ceiling says nothing about that.
  const bounds = ({ path }: Problem) => !isAtOrBelow(path, "git") || written.some((key) => key.startsWith("egress."));
  const found = [...ofPolicy, ...declared.problems].filter(bounds);
  return found.length > 0 ? { problems: inFile(found) } : { ceiling: { written, declared }, problems: [] };
}

/** What of this machine and project guardrails are judged by, on this day. @throws StackFileError where another client's stack file is no YAML */
export function readAround(root: string, client: string): Omit<Judged, "declared"> {
  return aroundOf(root, readOthers(root, client));
}

/** The same where the other clients' stack files have been read. */
export function aroundOf(root: string, others: readonly Other[]): Omit<Judged, "declared"> {
  const { SSH_AUTH_SOCK } = process.env;
  return {
    lead: leadsTo(root),
    agentSockets: SSH_AUTH_SOCK ? [SSH_AUTH_SOCK] : [],
    others,
    today: new Date().toISOString().slice(0, 10),
  };
}

/** What the other clients of this project declare. @throws StackFileError where a stack file is no YAML */
export function readOthers(root: string, client: string): Other[] {
  return stackFiles(root)
    .filter((stack) => stack.client !== client)
    .map(({ client, file }) => {
      if (isUnknown(root, file)) return { client, spec: undefined, unread: [{ path: "", message: "is not YAML" }] };
      const { spec, problems } = parseSpec(ofAnother(root, file));
      return { client, spec, unread: problems };
    });
}

/** Where a path of a stack file leads on this host, links resolved; one that is not there leads where it says. */
export function leadsTo(root: string): Judged["lead"] {
  return (path) => asFarAsItLeads(hostPath(path, root));
}
