import { readFileSync } from "node:fs";
import { readNamedYaml, readWhole } from "../../../host/catalogue-file.ts";
import type { Writable } from "../../../host/writable.ts";
import { yamlNames } from "../../../host/yaml-names.ts";
import { catalogueFile } from "../../../setup/places.ts";
import type { Problem } from "../../../stack-file/problem.ts";
import type { Spec } from "../../../stack-file/spec.ts";
import type { Agent } from "../../image/agent.ts";
import { type EgressCatalogue, namedServices, writtenNames } from "../egress.ts";
import { type ParsedPolicyFiles, parsePolicyFiles } from "../file.ts";
import { isWildcard, readName } from "../name.ts";
import { type Service, ServiceSchema } from "../service.ts";
import { sharedDomains } from "../suffix.ts";
import { type ReadPolicyFiles, readPolicyFiles } from "./policy-files.ts";

const SERVICES = "policies/services";

/** Reads what a client's policy may name: services, the files of `egress.from`, and what its wildcards are judged by. */
export async function readEgressCatalogue(
  spec: Spec,
  root: string,
  agents: readonly Agent[],
  writable: readonly Writable[],
): Promise<{
  egress: EgressCatalogue;
  problems: Problem[];
  absent: ReadPolicyFiles["absent"];
  tell: ParsedPolicyFiles["tell"];
}> {
  const read = readPolicyFiles(spec, root, writable);
  const { files, problems, tell } = parsePolicyFiles(read.raw);
  const known = { files, serviceNames: serviceNames(root) };
  const written = writtenNames(spec, known);
  const asked = new Set([
    ...namedServices(spec, agents, known),
    ...servicesWith(root, written.filter(isWildcard), known.serviceNames),
  ]);
  const services = readServices(root, [...asked].sort());
  const names = [
    ...[...written, ...spec.auth.domains],
    ...services.flatMap(({ hosts }) => hosts.map(({ host }) => host)),
  ];
  return {
    egress: { ...known, services, whyShared: await sharedDomains(names) },
    problems: [...read.problems, ...problems],
    absent: read.absent,
    tell,
  };
}

/** The names of all services of the egress catalogue, sorted. */
export function serviceNames(root: string): string[] {
  return yamlNames(root, SERVICES);
}

/** All services, and which domains are many people's: for what is judged or proposed before anybody has written it (about 150 ms). */
export async function allServices(root: string) {
  const names = serviceNames(root);
  // A wildcard, for which all of the public suffix list is read: names of services are judged as well as those that somebody says.
  return {
    serviceNames: names,
    services: readServices(root, names),
    whyShared: await sharedDomains(["*.any.example"]),
  };
}

/** The services in whose text the domain of a wildcard stands: what a person may want of it. Their text, for to read all 80 as YAML takes 150 ms. */
function servicesWith(root: string, wildcards: readonly string[], all: readonly string[]): string[] {
  if (wildcards.length === 0) return [];
  const domains = wildcards.map((name) => readName(name).host);
  return all.filter((name) => {
    const text = readFileSync(catalogueFile(root, `${SERVICES}/${name}.yaml`), "utf8");
    return domains.some((domain) => text.includes(domain));
  });
}

/**
 * Reads services of the egress catalogue. Only those that are asked for: all of them take 150 ms, and each `up` would pay.
 * @throws CatalogueError with the file, key path and fix of each problem
 */
export function readServices(root: string, names: readonly string[]): Service[] {
  return readWhole((problems) => readNamedYaml(root, SERVICES, names, ServiceSchema, problems));
}
