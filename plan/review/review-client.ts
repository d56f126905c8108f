import { type Encrypted, isSecretValue } from "../../stack-file/encrypted.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { type Change, compare, inOrder, isWider } from "./compare.ts";
import type { ReviewedClient } from "./document.ts";
import { describeFact, type PostureFact } from "./fact.ts";
import type { Topic } from "./topic.ts";

/** One side of a client's review: what its files, or its last `up`, say. */
export interface Side {
  /** Nothing where it cannot be said. */
  facts?: readonly PostureFact[];
  /** Why not, a line each. */
  why: readonly string[];
  /** What was not looked at. */
  unseen: readonly string[];
  encrypted: readonly Encrypted[];
}

/** A client's review before its lines have places and its changes approvals. */
export type Compared = Pick<ReviewedClient, "state" | "notes" | "notCompared"> & {
  changes: Change[];
  /** What is to be, where there is nothing to compare it with. */
  facts?: readonly PostureFact[];
};

/**
 * Compares a client's two sides.
 * @param before nothing where there was no such client
 * @param after nothing where there is to be none
 * @param at what the first side is, for sentences
 */
export function reviewClient(
  client: string,
  before: Side | undefined,
  after: Side | undefined,
  topics: Readonly<Record<string, Topic>>,
): Compared {
  const notCompared = [...new Set([...(before?.unseen ?? []), ...(after?.unseen ?? [])])];
  const of = { notes: [], notCompared, changes: [] };
  if (!after)
    return {
      ...of,
      ...{ state: "gone", notCompared: [] },
      changes: [{ class: "narrows", topic: "client", sign: "-", about: client }],
      notes: [
        `its sandbox, where it was brought up, still runs with all that it had until \`pulumi destroy --stack ${client}\``,
      ],
    };
  if (!after.facts) return { ...of, state: "unsaid", notes: [...after.why] };
  if (before && !before.facts) return { ...of, state: "unsaid", notes: [...before.why], facts: after.facts };
  const changes = [
    ...compare(before?.facts ?? [], after.facts, topics),
    ...(before ? encryptedChanges(before.encrypted, after.encrypted) : []),
  ].sort(inOrder);
  if (!before) return { ...of, state: "new", changes, facts: after.facts };
  return { ...of, state: changes.length > 0 ? "changed" : "same", changes };
}

/** What is encrypted reads the same whatever it says: another text may be the same value, and nobody can tell without the stack's key. */
function encryptedChanges(before: readonly Encrypted[], after: readonly Encrypted[]): Change[] {
  return after.flatMap(({ path, cipher }): Change[] => {
    const old = before.find((one) => one.path === path);
    if (old?.cipher === cipher) return [];
    // A secret that was not encrypted, or was not there, is told by its source.
    if (!old && isSecretValue(path)) return [];
    const of = { topic: "encrypted", sign: "~", about: path, from: "", to: "", key: path } as const;
    const moved = before.find((one) => one.cipher === cipher);
    if (moved) return [{ ...of, class: "unordered", why: `the text of ${moved.path}: that value comes here, too` }];
    // What it is encrypted for is known: it is a secret's value, and another one is a rotation, as of any source.
    if (isSecretValue(path)) return [{ ...of, class: "neutral", why: "encrypted anew: rotated, or the same" }];
    return [
      {
        ...of,
        class: "unordered",
        why: "another text, and without the stack's key nobody can tell what it says",
      },
    ];
  });
}

/** What a person has to approve: all that gives more, as far as anybody can say. */
export function unapproved(changes: readonly Change[]): Change[] {
  return changes.filter(isWider);
}

/** Problems as notes: the first few say enough of a file that has to be mended anyway. */
export function whyNot(file: string, problems: readonly Problem[]): string[] {
  return problems.map((problem) =>
    [problem.file ?? file, describeFact({ about: problem.path, says: problem.message })].join(": "),
  );
}
