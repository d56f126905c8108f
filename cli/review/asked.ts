import { commonCommit, findRevision, isRevision, type Revision } from "../../host/revision.ts";
import { stackFiles } from "../../stack-file/look/stack-files.ts";
import { suggest } from "../../stack-file/problem.ts";
import { UserError } from "../../stack-file/user-error.ts";

/** What a review is of. */
export interface Asked {
  /** What is compared with; nothing where it is what the last `up` left. */
  from?: Revision;
  /** What is to be; nothing where it is the working tree. */
  to?: Revision;
  /** Clients that are named; none where all are meant. */
  clients: readonly string[];
  notes: readonly string[];
}

/**
 * Reads the words of `agentbox review`: one revision or range, and clients. A word with `..` is a range; a client's name is the client; the first other word is a
 * revision, and what follows one are clients, of which one side may have none any more.
 * @throws UserError 2 for a word that is neither
 */
export async function readWords(root: string, words: readonly string[]): Promise<Asked> {
  const known = stackFiles(root).map(({ client }) => client);
  const range = words.find((word) => word.includes("..")) ?? words.find((word) => !known.includes(word));
  const clients = words.filter((word) => word !== range);
  const second = clients.find((word) => word.includes(".."));
  if (second !== undefined)
    throw new UserError(2, `${range} and ${second} cannot be compared at once: write one revision, or two as A..B`);
  const notes: string[] = [];
  if (range === undefined) {
    for (const client of clients)
      if (await isRevision(root, client))
        notes.push(
          `${client} is a client here; the revision of that name is refs/heads/${client} or refs/tags/${client}`,
        );
    return { clients, notes };
  }
  const [, first = range, dots, last = ""] = /^(.*?)(\.{2,3})(.*)$/.exec(range) ?? [];
  const from = await findRevision(root, first || "HEAD", dots === undefined ? besides(range, known) : "");
  if (dots === undefined) return { from, clients, notes };
  const to = await findRevision(root, last || "HEAD");
  return { from: dots === "..." ? await commonCommit(root, from, to) : from, to, clients, notes };
}

function besides(word: string, clients: readonly string[]): string {
  return `, and no stacks/Pulumi.${word}.yaml.${suggest(word, clients)} Clients: ${clients.join(", ") || "none"}`;
}
