import { suggest } from "../../stack-file/problem.ts";

/** ` Did you mean "pypi"?` for what is known under another name, else for what is near enough to be a slip. */
export function suggestService(given: string, services: readonly string[]): string {
  const other = OTHER_NAMES[given.toLowerCase()];
  return other && services.includes(other) ? ` Did you mean "${other}"?` : suggest(given, services);
}

/** Services by what people call them: the program, where the service has the name of the place. Edits alone would lead elsewhere (`pip` to `pi`). */
export const OTHER_NAMES: Readonly<Record<string, string>> = {
  anthropic: "claude",
  "claude-code": "claude",
  apt: "debian",
  cargo: "crates",
  docker: "docker-hub",
  gh: "github",
  git: "github",
  golang: "go",
  node: "npm",
  pip: "pypi",
  pip3: "pypi",
  pnpm: "npm",
  poetry: "pypi",
  python: "pypi",
  uv: "pypi",
};
