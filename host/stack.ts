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

/** A client's name and workspace, as its stack file declares it. */
export interface Neighbour {
  client: string;
  workspace: string;
}

/** The other clients of this project: what their files in stacks/ say, which needs no engine and no decryption. */
export function readNeighbours(root: string, client: string): Neighbour[] {
  const folder = join(root, "stacks");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => {
      const name = /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1];
      if (!name || name === client) return [];
      const workspace = parse(readFileSync(join(folder, file), "utf8"))?.config?.[`${NAMESPACE}workspace`];
      return typeof workspace === "string" ? [{ client: name, workspace }] : [];
    })
    .sort((a, b) => (a.client < b.client ? -1 : 1));
}
