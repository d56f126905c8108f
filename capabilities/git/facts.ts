import { specHash } from "../../plan/hash.ts";
import type { PostureFact } from "../../plan/review/fact.ts";
import { graded, neutral, rights, TOGETHER, type Topic } from "../../plan/review/topic.ts";
import { fingerprintOf } from "../../stack-file/public-key.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { type DeliveredFile, describeSource, placeOf } from "../delivered.ts";
import { lastsAtMost, withExpiry, withoutExpiry } from "../expiry.ts";
import { hasOwnKeys } from "./own-keys.ts";

export const gitTopics: Readonly<Record<string, Topic>> = {
  "git-identity": neutral(TOGETHER),
  // A token for a host that had none is sent where none was sent.
  "git-tokens": graded((says, than) => withoutExpiry(says) === withoutExpiry(than) && lastsAtMost(says, than), {
    unordered: "another token",
    marked: { word: "rotated", as: "neutral" },
  }),
  "git-keys": rights(),
  // The agent can leave it out, so it holds nobody back.
  "git-signing": neutral({ marked: { word: "set in another way", as: "neutral" } }),
  // Whom ssh takes for this host: of another key nobody can say here whose it is.
  "ssh-hosts": graded((says, than) => says.split(", ").every((key) => than.split(", ").includes(key)), {
    unordered: "another key",
  }),
};

/** Who the agent is to git, which host gets a token, whether it has keys of its own, and which hosts ssh knows. @param files what is delivered  @param fingerprints of it, by place */
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
  const keys = hasOwnKeys(git)
    ? [
        {
          topic: "git-keys",
          about: "",
          says: "a key for ssh and one for signatures, which the agent can read",
          key: "git.ssh",
        },
      ]
    : [];
  return [...identity, ...sent, ...keys, ...files.flatMap(ofSsh)];
}

/** What a file says that ssh, and git with it, go by. */
function ofSsh(file: DeliveredFile): PostureFact[] {
  if (file.role !== "ssh" || !("text" in file.source)) return [];
  const { key, source } = file;
  if (file.name === "gitconfig")
    return [
      {
        topic: "git-signing",
        about: "",
        says: "commits and tags, with the client's key",
        mark: specHash(source.text).slice(0, 16),
        key,
      },
    ];
  if (file.name !== "known_hosts") return [];
  const keys = source.text.split("\n").flatMap((line) => {
    const [host = "", , inBase64 = ""] = line.split(" ");
    return host ? [{ host, print: fingerprintOf(inBase64) }] : [];
  });
  return [...new Set(keys.map(({ host }) => host))].map((about) => {
    const says = keys.flatMap(({ host, print }) => (host === about ? [print] : []));
    return { topic: "ssh-hosts", about, says: says.join(", "), key };
  });
}

/** Whether a variable of the agent's container says who the agent is to git: the identity tells it. */
export function isIdentity(variable: string): boolean {
  return /^GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL)$/.test(variable);
}
