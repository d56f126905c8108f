import { suggest } from "../../stack-file/problem.ts";

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

/** What is said of a name besides: the service that opens what is needed of its domain. Nothing where no service does. */
export function hintService(host: string, services: readonly string[]): string {
  const service = serviceOf(host);
  return service && services.includes(service)
    ? `. What is needed of ${host} is in the service ${service}: list "${service}"`
    : "";
}

/** The service that opens what is needed of a vendor's domain, or of one below it. */
export function serviceOf(host: string): string | undefined {
  return Object.entries(DOMAINS).find(([domain]) => host === domain || host.endsWith(`.${domain}`))?.[1];
}

/**
 * Vendors' domains, by the service that opens what is needed of them. A wildcard over one opens more than the service does, and is what other sandboxes' lists have.
 * An exact name opens less, so of that nothing is said. Registries are named in policies/services alone.
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
