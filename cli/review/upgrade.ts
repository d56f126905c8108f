import { readFileSync } from "node:fs";
import { join } from "node:path";
import { quoted } from "../../stack-file/quoted.ts";

/** What npm calls this package, where a project depends on it. */
const NAME = "agent-sandbox";

/**
 * That a project gets another version of this package, in words. Services, agents and guards that come with it are read of the one that is installed, on both sides of a
 * review, so what they change is told by none.
 * @param before, after folders with the project's files
 */
export function describeUpgrade(before: string, after: string): string[] {
  const [was, is] = [before, after].map(locked);
  if (was === is) return [];
  return [
    `${NAME} itself changes, from ${was} to ${is}: of services, agents, guards and images that come with it this review reads what is installed here, on both sides; read what it changes, and preview each client with it`,
  ];
}

/** The version of the package by a project's lock, and where it is from: two of one version may not be the same. */
function locked(folder: string): string {
  try {
    const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
    const { version, resolved, integrity, link } = packages[`node_modules/${NAME}`];
    const from = [resolved, integrity].filter((word) => typeof word === "string").map((word) => quoted(word));
    return [quoted(String(version)), ...(link ? ["a link"] : []), ...from].join(" ");
  } catch {
    // A checkout has no such entry, and a project without its lock gets whatever npm finds.
    return "what no package-lock.json names";
  }
}
