import type { PostureFact } from "../../plan/review/fact.ts";
import { graded, neutral, TOGETHER, type Topic } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { type DeliveredFile, describeSource, placeOf } from "../delivered.ts";
import { lastsAtMost, withExpiry, withoutExpiry } from "../expiry.ts";

export const gitTopics: Readonly<Record<string, Topic>> = {
  "git-identity": neutral(TOGETHER),
  // A token for a host that had none is sent where none was sent.
  "git-tokens": graded((says, than) => withoutExpiry(says) === withoutExpiry(than) && lastsAtMost(says, than), {
    unordered: "another token",
    marked: { word: "rotated", as: "neutral" },
  }),
};

/** Who the agent is to git, and which host gets a token. @param files what is delivered  @param fingerprints of it, by place */
export function gitFacts(
  { git }: Pick<Spec, "git">,
  files: readonly DeliveredFile[],
  fingerprints: Readonly<Record<string, string>> = {},
): PostureFact[] {
  const identity = Object.entries({ name: git.name, email: git.email }).flatMap(([about, says]) =>
    says ? [{ topic: "git-identity", about, says, key: `git.${about}` }] : [],
  );
  const username = (host: string) =>
    files.flatMap((file) =>
      file.role === "git" && file.reader === host && file.name === "username" && "text" in file.source
        ? [file.source.text]
        : [],
    )[0];
  const sent = files.flatMap((file) => {
    if (file.role !== "git" || file.name !== "token") return [];
    const mark = fingerprints[placeOf(file)];
    const says = withExpiry(`as ${username(file.reader)} (${describeSource(file.source)})`, file.expires);
    return [{ topic: "git-tokens", about: file.reader, says, key: file.key, ...(mark && { mark }) }];
  });
  return [...identity, ...sent];
}

/** Whether a variable of the agent's container says who the agent is to git: the identity tells it. */
export function isIdentity(variable: string): boolean {
  return /^GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL)$/.test(variable);
}
