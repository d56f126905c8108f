import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { withEnvironments } from "./esc.ts";
import { isMapping } from "./mapping.ts";
import { firstLine } from "./printable.ts";
import { UserError } from "./user-error.ts";
import { parseYaml } from "./yaml.ts";

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

/** The same of a stack's file that no Pulumi has read: as that would hand it over, with nothing decrypted. */
export function configOf(content: unknown): Record<string, unknown> {
  const config = isMapping(content) && isMapping(content.config) ? content.config : {};
  const said = Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(NAMESPACE) || !key.includes(":"))
      .map(([key, said]) => [key.replace(NAMESPACE, ""), typeof said === "string" ? value(said) : said]),
  );
  return withEnvironments(said, content);
}

function value(text: string): unknown {
  if (!/^([[{]|-?\d|true$|false$)/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A stack's file cannot be read; the message names it. */
export class StackFileError extends UserError {
  readonly file: string;
  /** What is wrong with it, as the rest of a sentence about the file. */
  readonly why: string;

  constructor(file: string, why: string, more = "") {
    super(2, `${file} ${why}${more}`);
    this.file = file;
    this.why = why;
  }
}

/** A directory of the host that another client's agents may write, as its stack file declares it. */
export interface Neighbour {
  client: string;
  what: "workspace" | "mount";
  path: string;
}

/**
 * What the other clients of this project may write: what their files in stacks/ say, which needs no engine and no decryption.
 * @throws StackFileError
 */
export function readNeighbours(root: string, client: string): Neighbour[] {
  return stackFiles(root)
    .filter((stack) => stack.client !== client)
    .flatMap(({ client, file }) => writtenBy(client, ofAnother(root, file)));
}

/** What a client's agents may write, by its config. */
export function writtenBy(client: string, config: Readonly<Record<string, unknown>>): Neighbour[] {
  return [
    { client, what: "workspace" as const, path: config.workspace },
    ...writtenMounts(config.mounts).map((path) => ({ client, what: "mount" as const, path })),
  ].filter((found): found is Neighbour => typeof found.path === "string");
}

/** Files that secrets of any client of this project are read from, as their stack files name them. @throws StackFileError */
export function readSecretFiles(root: string): { client: string; path: string }[] {
  return stackFiles(root).flatMap(({ client, file }) => {
    const { secrets, git, credentials } = ofAnother(root, file);
    return [secrets, git, credentials].flatMap(filesNamed).map((path) => ({ client, path }));
  });
}

/** Every file that a source names in what nobody has judged here: `{file: path}`, `{sops: path#/key}`, `{age: {file: path, identity: path}}`. */
function filesNamed(said: unknown): string[] {
  const read = typeof said === "string" ? value(said) : said;
  if (typeof read !== "object" || read === null) return [];
  return Object.entries(read).flatMap(([key, inner]) =>
    ["file", "identity", "sops"].includes(key) && typeof inner === "string" && inner !== ""
      ? [inner.replace(/#\/.*/, "")]
      : filesNamed(inner),
  );
}

/** What a program says of its clients by itself, without a stack file, by what messages call the place. */
const DECLARED = new Map<string, { client: string; config: Record<string, unknown> }>();

/** Has a client that a program declares be known to all others, as one with a file in stacks/ is. @returns what messages call the place of its words */
export function declareInProgram(client: string, config: Readonly<Record<string, unknown>>): string {
  const place = `new AgentSandbox("${client}")`;
  DECLARED.set(place, { client, config: { ...config } });
  return place;
}

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
    throw new StackFileError(file, `is not YAML: ${mistake(error)}. Mend it`, "; nothing was changed.");
  }
}

/** What a stack's file says. Pulumi takes a key without a namespace for one of the project's. @throws as the YAML parser does */
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

/** What the stack file of another client says, or what stands for it. @throws StackFileError */
export function ofAnother(root: string, file: string): Record<string, unknown> {
  try {
    return readStackFile(root, file);
  } catch (error) {
    const stands = STANDS.get(file);
    if (stands) return stands;
    throw notKnown(file, mistake(error));
  }
}

/** @param why what is wrong with the file, and why nothing else tells of its client */
export function notKnown(file: string, why: string): StackFileError {
  return new StackFileError(
    file,
    `is not YAML, and what its client's agents may write has to be known: ${why}. Mend it`,
    "; nothing was changed.",
  );
}

/** What stands for files that are no YAML, by file. */
const STANDS = new Map<string, Record<string, unknown>>();

/** Has these words stand for a client's file for as long as that is no YAML. */
export function standFor(file: string, config: Readonly<Record<string, unknown>>): void {
  STANDS.set(file, { ...config });
}

/** Stack files of other clients that are no YAML, and what is wrong with each. */
export function unreadable(root: string, client: string): { client: string; file: string; why: string }[] {
  return stackFiles(root)
    .filter((stack) => stack.client !== client)
    .flatMap((stack) => {
      try {
        readStackFile(root, stack.file);
        return [];
      } catch (error) {
        return [{ ...stack, why: mistake(error) }];
      }
    });
}

/** Without the parser's picture of the place. */
function mistake(error: unknown): string {
  return firstLine((error as Error).message).replace(/:$/, "");
}

/** Of a file that nobody has judged here: what is no list of mounts is that client's own mistake. */
function writtenMounts(said: unknown): unknown[] {
  const mounts: unknown = typeof said === "string" ? value(said) : said;
  if (!Array.isArray(mounts)) return [];
  return mounts.flatMap((mount: unknown) => (isMapping(mount) && mount.mode === "rw" ? [mount.host] : []));
}
