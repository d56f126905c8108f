import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import type { Declared } from "../capabilities/capability.ts";
import { copiedLogins } from "../capabilities/credentials/secrets.ts";
import { readImageSources } from "../capabilities/image/look/sources.ts";
import { notRuledOut } from "../capabilities/profile/profile.ts";
import { describeGuardrails, type GuardrailFacts, judge, type Shown, type Verdict } from "../plan/guardrails.ts";
import type { Judged, Other } from "../plan/rules/kind.ts";
import { judgeByOrganisation, type Standing } from "../plan/rules/organisation.ts";
import { readNeighbours } from "../stack-file/look/neighbours.ts";
import { NOWHERE, parseSpec, type Spec } from "../stack-file/spec.ts";
import { readDeclared } from "./declared.ts";
import { entryAt } from "./entry-at.ts";
import { keptPlaces } from "./kept.ts";
import { aroundOf, leadsTo, readOrganisation, readOthers } from "./organisation.ts";
import { type Writable, writableDirectories } from "./writable.ts";

/**
 * How a client stands to its organisation, and to the walls of every sandbox, by what its config says alone: without an engine, without a secret, and with the same judges as an `up`.
 * @param config what the stack's config says, by key
 * @throws UserError where a file of the project cannot be read
 */
export async function standingOf(
  root: string,
  client: string,
  config: Readonly<Record<string, unknown>>,
): Promise<Standing> {
  const { spec, problems } = parseSpec(config);
  if (!spec) return { problems, warnings: [] };
  const writable = writableDirectories(client, spec, root);
  const sources = readImageSources(root, spec);
  const { declared, problems: found } = await readDeclared(client, spec, root, sources, writable);
  const standing = await standingOfDeclared(root, declared, readOthers(root, client), writable);
  return { ...standing, problems: [...problems, ...found, ...standing.problems] };
}

/** The same of a client whose files have been read. @param others what the other clients of the project declare */
export async function standingOfDeclared(
  root: string,
  declared: Declared,
  others: readonly Other[],
  writable: readonly Writable[],
): Promise<Standing> {
  const { organisation, problems: unread } = await readOrganisation(root, declared.client, writable);
  const around = aroundOf(root, others);
  const standing = judgeByOrganisation(organisation, { declared, ...around });
  const walls = wallsByWords(root, declared, around.lead);
  return {
    ...standing,
    problems: [...unread, ...standing.problems, ...walls.problems],
    warnings: [...standing.warnings, ...walls.warnings],
  };
}

/** What the walls of every sandbox find in what a client declares, where nothing is planned. @param lead where a path leads here */
export function wallsByWords(root: string, declared: Declared, lead: Judged["lead"]): Standing {
  const { client, spec } = declared;
  const found = judge([{ mounts: mounted(spec, lead) }], wallFacts(root, client, declared));
  // What is mounted where it exists, and is not here: what is found of it is a reviewer's to know, whose machine need not be the one.
  const absent = spec.mounts.flatMap(({ host, when }, index) =>
    when === "exists" && !entryAt(lead(host)) ? [`mounts[${index}]`] : [],
  );
  const told = (level: Verdict["level"], here: boolean) =>
    describeGuardrails(found.filter((one) => one.level === level && absent.includes(one.path) !== here));
  return {
    problems: notRuledOut(spec, told("mandatory", true)),
    warnings: [
      ...told("advisory", true),
      ...told("mandatory", false).map(({ path, message }) => ({
        path,
        message: `is not here, and an up is refused where it is: ${message}`,
      })),
    ],
  };
}

/** Directories of the host that the agent would see, where they lead here. */
function mounted({ workspace, mounts }: Spec, lead: Judged["lead"]): Shown["mounts"] {
  const bind = (key: string, path: string, at: string, mode: "ro" | "rw") => ({
    ...({ kind: "bind", source: lead(path), at, readOnly: mode === "ro", key } as const),
    ...(entryAt(lead(path))?.isFile() && { file: true as const }),
  });
  return [
    ...(typeof workspace === "string" && workspace !== NOWHERE
      ? [bind("workspace", workspace, "/workspace", "rw")]
      : []),
    ...mounts.map(({ host, at, mode }, index) => bind(`mounts[${index}]`, host, at, mode)),
  ];
}

/** What the walls of every sandbox are judged by, as far as no engine is asked: which clients are on it and where its own files lie is known to an `up` alone. */
function wallFacts(root: string, client: string, { spec, agents }: Declared): GuardrailFacts {
  const lead = leadsTo(root);
  return {
    neighbours: readNeighbours(root, client).map((theirs) => ({ ...theirs, path: lead(theirs.path) })),
    home: homedir(),
    project: realpathSync(root),
    kept: keptPlaces(root, copiedLogins(spec, agents), undefined),
    egress: spec.egress,
    engine: { host: "" },
  };
}
