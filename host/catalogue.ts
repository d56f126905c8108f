import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { Agent } from "../model/agent.ts";
import { parsePolicyFiles } from "../model/egress/file.ts";
import { sharedDomains } from "../model/egress/suffix.ts";
import { type EgressCatalogue, namedServices, writtenNames } from "../model/egress.ts";
import type { Problem } from "../model/problem.ts";
import { type Service, ServiceSchema } from "../model/service.ts";
import type { Spec } from "../model/spec/spec.ts";
import { readPolicyFiles } from "./policy-files.ts";

const FOLDER = "policies/services";

/** Reads what a client's policy may name: services, the files of `egress.from`, and what its wildcards are judged by. */
export async function readEgressCatalogue(
  client: string,
  spec: Spec,
  root: string,
  agents: readonly Agent[],
): Promise<{ egress: EgressCatalogue; problems: Problem[] }> {
  const read = readPolicyFiles(client, spec, root);
  const { files, problems } = parsePolicyFiles(read.raw);
  const known = { files, serviceNames: serviceNames(root) };
  return {
    egress: {
      ...known,
      services: readServices(root, namedServices(spec, agents, known)),
      isShared: await sharedDomains(writtenNames(spec, known)),
    },
    problems: [...read.problems, ...problems],
  };
}

/** The names of all services of the egress catalogue, sorted. */
export function serviceNames(root: string): string[] {
  return readdirSync(join(root, FOLDER))
    .flatMap((file) => (file.endsWith(".yaml") ? [file.slice(0, -".yaml".length)] : []))
    .sort();
}

/**
 * Reads services of the egress catalogue. Only those that are asked for: all of them take 150 ms, and each `up` would pay.
 * @throws naming the file and the key path when one does not hold what a service is
 */
export function readServices(root: string, names: readonly string[]): Service[] {
  return names.map((name) => {
    const file = `${FOLDER}/${name}.yaml`;
    const parsed = ServiceSchema.safeParse(parse(readFileSync(join(root, file), "utf8")));
    if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
    if (parsed.data.name !== name)
      throw new Error(`${file}: its name is "${parsed.data.name}"; file and name must agree`);
    return parsed.data;
  });
}
