import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const NAMESPACE = "agent-sandbox:";

/**
 * A stack's config as plain data. Pulumi hands every value over as text: mappings, lists, numbers and booleans as JSON,
 * words as they are.
 */
export function readConfig(config: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(NAMESPACE))
      .map(([key, text]) => [key.slice(NAMESPACE.length), value(text)]),
  );
}

function value(text: string): unknown {
  if (!/^([[{]|-?\d|true$|false$)/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A directory of the host that another client's agents may write, as its stack file declares it. */
export interface Neighbour {
  client: string;
  what: "workspace" | "mount";
  path: string;
}

/** What the other clients of this project may write: what their files in stacks/ say, which needs no engine and no decryption. */
export function readNeighbours(root: string, client: string): Neighbour[] {
  const folder = join(root, "stacks");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => {
      const name = /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1];
      if (!name || name === client) return [];
      const config = parse(readFileSync(join(folder, file), "utf8"))?.config;
      return [
        { client: name, what: "workspace" as const, path: config?.[`${NAMESPACE}workspace`] },
        ...writtenMounts(config?.[`${NAMESPACE}mounts`]).map((path) => ({
          client: name,
          what: "mount" as const,
          path,
        })),
      ].filter((found): found is Neighbour => typeof found.path === "string");
    })
    .sort((a, b) => (a.client < b.client ? -1 : a.client > b.client ? 1 : 0));
}

/** Of a file that nobody has judged here: what is no list of mounts is that client's own mistake. */
function writtenMounts(said: unknown): unknown[] {
  const mounts = typeof said === "string" ? value(said) : said;
  return Array.isArray(mounts) ? mounts.flatMap((mount) => (mount?.mode === "rw" ? [mount.host] : [])) : [];
}
