import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { configOf } from "../config.ts";
import { StackFileError } from "../stack-file-error.ts";
import { parseYaml, whyNoYaml } from "../yaml.ts";

/** The stacks of this project and their files below it, and what a program declares by itself, sorted by client. */
export function stackFiles(root: string): { client: string; file: string }[] {
  const folder = join(root, "stacks");
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files
    .flatMap((name) => {
      const client = /^Pulumi\.(.+)\.ya?ml$/.exec(name)?.[1];
      return client ? [{ client, file: `stacks/${name}` }] : [];
    })
    .concat([...DECLARED].map(([file, { client }]) => ({ client, file })))
    .sort((a, b) => (a.client < b.client ? -1 : a.client > b.client ? 1 : 0));
}

/** What a program says of its clients by itself, without a stack file, by what messages call the place. */
const DECLARED = new Map<string, { client: string; config: Record<string, unknown> }>();

/** Has a client that a program declares be known to all others, as one with a file in stacks/ is. @returns what messages call the place of its words */
export function declareInProgram(client: string, config: Readonly<Record<string, unknown>>): string {
  const place = `new AgentSandbox("${client}")`;
  DECLARED.set(place, { client, config: { ...config } });
  return place;
}

/**
 * A client's own file, its text and what YAML reads in it; nothing when there is none: then its config comes from elsewhere.
 * @throws StackFileError
 */
export function readOwnStackFile(root: string, client: string): { text: string; content: unknown } | undefined {
  const file = `stacks/Pulumi.${client}.yaml`;
  if (!existsSync(join(root, file))) return undefined;
  try {
    const text = readFileSync(join(root, file), "utf8");
    return { text, content: parseYaml(text) };
  } catch (error) {
    throw new StackFileError(file, `is not YAML: ${whyNoYaml(error)}. Mend it`, "; nothing was changed.");
  }
}

/** What a stack's file says. @throws as the YAML parser does */
export function readStackFile(root: string, file: string): Record<string, unknown> {
  const declared = DECLARED.get(file);
  if (declared) return declared.config;
  const text = readFileSync(join(root, file), "utf8");
  const known = READ.get(text) ?? configOf(parseYaml(text));
  READ.set(text, known);
  return known;
}

/** What a text says that was read in this process: each of fifty clients is judged beside all others. By the text itself, so nothing of it is old. */
const READ = new Map<string, Record<string, unknown>>();
