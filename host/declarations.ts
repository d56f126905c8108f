import type { Declared } from "../capabilities/capability.ts";
import { readExtension, readHelperExtensions } from "../capabilities/image/look/extension.ts";
import { readImageCatalogue } from "../capabilities/image/look/sources.ts";
import type { PostureFact } from "../plan/review/fact.ts";
import { configOf } from "../stack-file/config.ts";
import { type Encrypted, withoutEncrypted } from "../stack-file/encrypted.ts";
import { isAtOrBelow } from "../stack-file/key-path.ts";
import { type Neighbour, writtenBy } from "../stack-file/look/neighbours.ts";
import { readOwnStackFile, stackFiles } from "../stack-file/look/stack-files.ts";
import type { Problem } from "../stack-file/problem.ts";
import type { Spec } from "../stack-file/spec.ts";
import { StackFileError } from "../stack-file/stack-file-error.ts";
import { parseYaml, whyNoYaml } from "../stack-file/yaml.ts";
import { CatalogueError } from "./catalogue-file.ts";
import { readDeclared, readSpec } from "./declared.ts";
import { declaredFacts, isOwnFragment } from "./declared-facts.ts";
import { inProject } from "./in-project.ts";
import { writableDirectories } from "./writable.ts";

/** What the files of a project say of one client, judged without an engine, without secrets and without the client's directories. */
export interface Declaration {
  client: string;
  /** Its stack file below the project. */
  file: string;
  /** As it is written; nothing where it cannot be read. */
  text?: string;
  /** Without what is wrong, and so with places in lists that are not the file's: for who tells the problems, too (`flawless`). Nothing where even the rest cannot be judged. */
  declared?: Declared;
  /** Its posture, as far as these files decide it; nothing where there are problems. */
  facts?: readonly PostureFact[];
  /** What is wrong. One that names no file is in the stack file. */
  problems: readonly Problem[];
  /** The same with what is found in `declared` later. */
  tell(later: readonly Problem[]): readonly Problem[];
  /** What of it was not looked at, as the end of a line. */
  unseen: readonly string[];
  /** Files of `egress.from` outside of the project that are not on this machine: their lines are not in the posture. */
  absent: readonly string[];
  encrypted: readonly Encrypted[];
}

/** What a client declares, where nothing is wrong with it. */
export function flawless({ declared, problems }: Declaration): Declared | undefined {
  return problems.length === 0 ? declared : undefined;
}

/**
 * Reads what clients declare, all with all that is wrong: a mistake of one does not hide another's.
 * @param root the project's folder, or a folder with its files as a revision has them
 * @param here whether the folder is the project's own: then a policy file may not lie where an agent of this machine can change it
 */
export async function readDeclarations(
  root: string,
  { clients, here }: { clients?: readonly string[]; here: boolean },
): Promise<Declaration[]> {
  const stacks = stackFiles(root).map((stack) => ({ ...stack, ...readText(root, stack) }));
  const written = stacks.flatMap(({ client, content }) => writtenBy(client, configOf(content)));
  const found: Declaration[] = [];
  for (const stack of stacks.filter(({ client }) => clients?.includes(client) ?? true))
    found.push(
      await readDeclaration(root, stack, here ? written.filter((one) => one.client !== stack.client) : undefined),
    );
  return found;
}

/**
 * The same of a text that stands, or is to stand, in the place of one client's stack file.
 * @param root the project's own folder
 */
export function judgeText(root: string, client: string, text: string): Promise<Declaration> {
  const stacks = stackFiles(root).filter((stack) => stack.client !== client);
  const written = stacks.flatMap((stack) => writtenBy(stack.client, configOf(readText(root, stack).content)));
  const file = `stacks/Pulumi.${client}.yaml`;
  try {
    return readDeclaration(root, { client, file, text, content: parseYaml(text) }, written);
  } catch (error) {
    const problem = { path: "", message: `is not YAML: ${whyNoYaml(error)}` };
    return readDeclaration(root, { client, file, text, problem }, written);
  }
}

/**
 * What such a text declares, or what is wrong with it.
 * @throws CatalogueError where the catalogues cannot be read
 */
export async function declaredBy(
  root: string,
  client: string,
  text: string,
): Promise<{ declared: Declared } | { problems: readonly Problem[] }> {
  const judged = await judgeText(root, client, text);
  const ofCatalogues = judged.problems.filter(({ file }) => file !== undefined);
  if (!judged.declared && ofCatalogues.length > 0) throw new CatalogueError(ofCatalogues);
  const declared = flawless(judged);
  return declared ? { declared } : { problems: judged.problems };
}

interface Stack {
  client: string;
  file: string;
  text?: string;
  content?: unknown;
  problem?: Problem;
}

function readText(root: string, { client, file }: Stack): Pick<Stack, "text" | "content" | "problem"> {
  if (!file.endsWith(".yaml"))
    return { problem: { path: "", message: `is not read by Pulumi; name it Pulumi.${client}.yaml` } };
  try {
    return readOwnStackFile(root, client) ?? { problem: { path: "", message: "is a link that leads nowhere" } };
  } catch (error) {
    if (error instanceof StackFileError) return { problem: { path: "", message: error.why } };
    throw error;
  }
}

async function readDeclaration(
  root: string,
  { client, file, text, content, problem }: Stack,
  neighbours: readonly Neighbour[] | undefined,
): Promise<Declaration> {
  const of = { client, file, ...(text !== undefined && { text }) };
  if (problem || text === undefined)
    return {
      ...of,
      ...toldWith((later) => [...(problem ? [problem] : []), ...later]),
      unseen: [],
      absent: [],
      encrypted: [],
    };
  const { config, encrypted } = withoutEncrypted(configOf(content));
  const unseen = encrypted.map(describeEncrypted);
  const { spec, tell } = readSpec(config, { text, content });
  const found: Problem[] = [];
  const writable = neighbours ? writableDirectories(client, spec, root, neighbours) : [];
  try {
    const images = readImageCatalogue(root, spec);
    const { declared, problems: more, absent: missing } = await readDeclared(client, spec, root, images, writable);
    // What stands for an encrypted value is nobody's mistake.
    const judged = more.filter(({ file, path }) => file || !encrypted.some((one) => isAtOrBelow(path, one.path)));
    found.push(...judged, ...missing.filter(({ named }) => inProject(named)));
    const absent = missing.flatMap(({ named }) => (inProject(named) ? [] : [named]));
    unseen.push(...absent.map((file) => `lines of ${file}, which is not on this machine`));
    const extend = spec.image.extend;
    const own = extend !== undefined && inProject(extend);
    const fragment = own ? readExtension(spec.image, root, writable, found)?.fragment : undefined;
    if (extend !== undefined && !own) unseen.push(`what ${extend} says (image.extend)`);
    const ofHelpers = Object.entries(spec.helpers).filter(([name]) => isOwnFragment(spec, name));
    const helpers = readHelperExtensions({ helpers: Object.fromEntries(ofHelpers) }, root, writable, found);
    unseen.push(...otherFragments(spec));
    const facts = declaredFacts(declared, root, fragment, helpers);
    const told = toldWith((later) => tell([...found, ...later]));
    return {
      ...of,
      declared,
      ...(told.problems.length === 0 && { facts }),
      ...told,
      unseen,
      absent,
      encrypted,
    };
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    return {
      ...of,
      ...toldWith((later) => tell([...found, ...error.problems, ...later])),
      unseen,
      absent: [],
      encrypted,
    };
  }
}

function toldWith(tell: Declaration["tell"]): Pick<Declaration, "problems" | "tell"> {
  return { problems: tell([]), tell };
}

/** Fragments of helpers' images that lie elsewhere. */
function otherFragments(spec: Spec): string[] {
  return Object.entries(spec.helpers).flatMap(([name, { image }]) =>
    typeof image === "string" || image.extend === undefined || isOwnFragment(spec, name)
      ? []
      : [`what ${image.extend} says (helpers.${name}.image.extend)`],
  );
}

export function describeEncrypted({ path }: Encrypted): string {
  return `${path}, which is encrypted (secure:)`;
}
