import { serviceNames } from "../../capabilities/egress/look/catalogue.ts";
import { dataNames } from "../../capabilities/image/look/sources.ts";
import { PACKAGE } from "../../setup/places.ts";
import { suggest } from "../../stack-file/problem.ts";
import { quoted } from "../../stack-file/quoted.ts";

/** Forges that there are workflows for: where these lie in the package, and where a project has them. */
export const FORGES = {
  github: { from: "github", into: ".github/workflows" },
  gitlab: { from: "gitlab", into: "." },
} as const;

/** What is wrong with the name of a client. */
export function refuseClient(name: string): string[] {
  return /^[a-z][a-z0-9-]*$/.test(name)
    ? []
    : [`${quoted(name)} is no client's name; write small letters, digits and -, like acme`];
}

export function refuseAgents(said: string): string[] {
  const agents = dataNames(PACKAGE, "agents");
  return words(said).flatMap((name) =>
    agents.includes(name)
      ? []
      : [`${quoted(name)} is not an agent.${suggest(name, agents)} Agents: ${agents.join(", ")}`],
  );
}

export function refuseServices(said: string): string[] {
  const services = serviceNames(PACKAGE);
  return servicesOf(said).flatMap((name) =>
    services.includes(name) || name.includes(".")
      ? []
      : [`${quoted(name)} is neither a service nor a host name.${suggest(name, services)} Services: agentbox services`],
  );
}

export function refuseForge(name: string): string[] {
  return name === "none" || Object.hasOwn(FORGES, name)
    ? []
    : [`${quoted(name)} is not a forge; write github, gitlab or none`];
}

export function servicesOf(said: string): string[] {
  return said === "none" ? [] : words(said);
}

/** The words of a list, with commas or without. */
export function words(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
