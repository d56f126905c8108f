import { isDeepStrictEqual } from "node:util";
import type { Declared } from "../../capabilities/capability.ts";
import { planEgress } from "../../capabilities/egress/egress.ts";
import { allServices } from "../../capabilities/egress/look/catalogue.ts";
import { type Declaration, flawless, judgeText, readDeclarations } from "../../host/declarations.ts";
import type { AllowedItem } from "../../stack-file/add-allowed.ts";
import { readOwnStackFile } from "../../stack-file/look/stack-files.ts";
import { describeProblems, type Problem } from "../../stack-file/problem.ts";
import { removeAllowed } from "../../stack-file/remove-allowed.ts";
import { UserError } from "../../stack-file/user-error.ts";
import { knownClients } from "../client.ts";
import { allowedIn, withAllowed } from "../with-allowed.ts";
import { writeStackFile } from "../write-stack-file.ts";

/** A client whose files say what it declares. @throws UserError where there is none, or its files have mistakes */
export async function readClient(
  root: string,
  client: string,
): Promise<Declaration & { declared: Declared; text: string }> {
  knownClients(root, [client]);
  const [declaration] = await readDeclarations(root, { clients: [client], here: true });
  const { text, problems = [], file = "" } = declaration ?? {};
  const declared = declaration && flawless(declaration);
  if (!declared || text === undefined) throw new UserError(2, describeProblems(problems, file).split("\n"));
  return { ...declaration, declared, text };
}

/** A stack file with more lines, not written yet. */
interface WithLines {
  file: string;
  before: string;
  after: string;
  /** The lines that were not there. */
  more: AllowedItem[];
}

/**
 * A client's stack file with more lines in `egress.allow`, all else as it was. Each is judged as an `up` would judge it.
 * @throws UserError where one is wrong, or the file is written so that a program finds no place
 */
export async function withLines(root: string, client: string, items: readonly AllowedItem[]): Promise<WithLines> {
  const { declared, file, text } = await readClient(root, client);
  const there = allowedIn(text);
  const more = items.filter(
    (item, at) => !there.concat(items.slice(0, at)).some((one) => isDeepStrictEqual(one, item)),
  );
  const known = { ...(await allServices(root)), files: declared.catalogue.files };
  const { spec, agents } = declared;
  const allow = [
    ...spec.egress.allow,
    ...more.map((item) => (typeof item === "string" ? item : { ...item, ports: [...item.ports] })),
  ];
  const { problems } = planEgress({ ...spec, egress: { ...spec.egress, allow } }, agents, known);
  if (problems.length > 0) throw new UserError(2, describeProblems(problems, file).split("\n"));
  return { file, before: text, after: more.length > 0 ? withAllowed(file, text, more) : text, more };
}

/** Writes them. With one that is wrong nothing is written. @returns the lines that were not there */
export async function addLines(root: string, client: string, items: readonly AllowedItem[]): Promise<AllowedItem[]> {
  const { file, before, after, more } = await withLines(root, client, items);
  if (more.length > 0) writeStackFile(root, file, before, after);
  return more;
}

/**
 * Takes lines out of a client's `egress.allow`, all else in the file as it was. With a line too few, a token of git that no name is open for any more, nothing is written;
 * a mistake that was there before keeps nothing open.
 * @param names as they stand there: a service, a name, the host of an item with ports
 * @returns the lines that were there, and comments in lines of their own that went with them
 * @throws UserError where one of them is not there, or the file is written so that a program finds no place; nothing is written then
 */
export async function removeLines(
  root: string,
  client: string,
  names: readonly string[],
): Promise<{ removed: AllowedItem[]; comments: string[] }> {
  knownClients(root, [client]);
  const file = `stacks/Pulumi.${client}.yaml`;
  const before = readOwnStackFile(root, client)?.text;
  if (before === undefined) throw new UserError(2, `${file} is no file that can be read. Nothing was changed`);
  let text = before;
  const removed: AllowedItem[] = [];
  const comments: string[] = [];
  for (const name of names) {
    const there = allowedIn(text);
    const at = there.findIndex((item) => item === name || (item as { host?: unknown })?.host === name);
    if (at < 0)
      throw new UserError(
        2,
        `${file} has no line ${JSON.stringify(name)} in egress.allow. Who opens it: agentbox policy check ${client} ${name}. Nothing was changed`,
      );
    const after = removeAllowed(text, at);
    // Read back, as with one that is added.
    if (after === undefined || !isDeepStrictEqual(allowedIn(after.text), there.toSpliced(at, 1)))
      throw new UserError(
        2,
        `${file} is written in a way that no line can be taken out of by a program; take ${JSON.stringify(name)} out of egress.allow by hand. Nothing was changed`,
      );
    text = after.text;
    removed.push(there[at] as AllowedItem);
    comments.push(...after.comments);
  }
  const were = (await judgeText(root, client, before)).problems.map(apart);
  const fresh = (await judgeText(root, client, text)).problems.filter((problem) => !were.includes(apart(problem)));
  if (fresh.length > 0) throw new UserError(2, describeProblems(fresh, file).split("\n"));
  if (text !== before) writeStackFile(root, file, before, text);
  return { removed, comments };
}

/** A problem wherever its line is in the list, which has fewer lines after. */
function apart(problem: Problem): string {
  return JSON.stringify(problem).replace(/\begress\.allow\[\d+\]/g, "egress.allow");
}
