import { suggest } from "../../stack-file/problem.ts";
import { readName, type WhyShared } from "./name.ts";
import type { Service } from "./service.ts";

/** ` Did you mean "pypi"?` for what is known under another name, else for what is near enough to be a slip. */
export function suggestService(given: string, services: readonly string[]): string {
  const other = OTHER_NAMES[given.toLowerCase()];
  return other && services.includes(other) ? ` Did you mean "${other}"?` : suggest(given, services);
}

/** Services by what people call them: the program, where the service has the name of the place. Edits alone would lead elsewhere (`pip` to `pi`). */
export const OTHER_NAMES: Readonly<Record<string, string>> = {
  anthropic: "claude",
  "aws-bedrock": "bedrock",
  "claude-code": "claude",
  apt: "debian",
  cargo: "crates",
  codestral: "mistral",
  docker: "docker-hub",
  dockerhub: "docker-hub",
  gh: "github",
  git: "github",
  golang: "go",
  node: "npm",
  npmjs: "npm",
  pip: "pypi",
  pip3: "pypi",
  pnpm: "npm",
  poetry: "pypi",
  python: "pypi",
  rustup: "rust",
  uv: "pypi",
  vertex: "google-vertex",
  "vertex-ai": "google-vertex",
};

/** What is said of a name besides: the services that open what is needed of its domain. Nothing where none does. */
export function hintService(host: string, known: KnownServices): string {
  const [first, ...others] = servicesOf(host, known);
  if (first === undefined) return "";
  if (others.length === 0) return `. What is needed of ${host} is in the service ${first}: list "${first}"`;
  return `. What is needed of ${host} is in services, one for each use: ${[first, ...others].join(", ")}`;
}

/** The services that open what is needed of a domain: the vendor's own one where a domain is known as one's, else each that has a name of it or below it, sorted. */
export function servicesOf(host: string, { serviceNames, services, whyShared }: KnownServices): string[] {
  const vendors = vendorOf(host);
  if (vendors !== undefined) return serviceNames.includes(vendors) ? [vendors] : [];
  // Strangers' names below a shared domain are not one more of its services.
  if (whyShared(host) !== undefined) return [];
  return services
    .filter(({ hosts }) => hosts.some((line) => isBelow(readName(line.host).host, host)))
    .map(({ name }) => name)
    .sort();
}

/** The service of the vendor whose domain a name is of, where that is known. */
export function vendorOf(host: string): string | undefined {
  return Object.entries(DOMAINS).find(([domain]) => isBelow(host, domain))?.[1];
}

/** The names of all services, and those of them that may have names of the domain. */
export interface KnownServices {
  serviceNames: readonly string[];
  services: readonly Service[];
  whyShared: WhyShared;
}

function isBelow(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/**
 * Vendors' domains that several services have names of, by the one that opens what is needed of them. A wildcard over one opens more than the service does, and is what
 * other sandboxes' lists have. An exact name opens less, so of that nothing is said. Any other domain is looked up in the services themselves.
 */
export const DOMAINS: Readonly<Record<string, string>> = {
  "anthropic.com": "claude",
  "bitbucket.org": "bitbucket",
  "github.com": "github",
  "githubcopilot.com": "copilot",
  "githubusercontent.com": "github",
  "gitlab.com": "gitlab",
  "hf.co": "huggingface",
  "huggingface.co": "huggingface",
  "mistral.ai": "mistral",
  "openai.com": "openai",
  "playwright.dev": "playwright",
  "sentry.io": "sentry",
  "statsig.com": "statsig",
  "ubuntu.com": "ubuntu",
  "yarnpkg.com": "yarn",
};
