import type { PostureFact } from "../../plan/review/fact.ts";
import { graded, type Topic } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { ALL, type DeliveredFile, describeSource, placeOf } from "../delivered.ts";
import { lastsAtMost, withExpiry, withoutExpiry } from "../expiry.ts";

const ofASecret = { unordered: "another source", marked: { word: "rotated", as: "neutral" as const } };

export const credentialTopics: Readonly<Record<string, Topic>> = {
  // A file that is a variable, too, is in the environment of whatever an agent starts.
  secrets: graded(
    (says, than) => source(says) === source(than) && (!isVariable(says) || isVariable(than)) && lastsAtMost(says, than),
    ofASecret,
  ),
  logins: graded((says, than) => says === than, ofASecret),
  keys: graded((says, than) => source(says) === source(than) && lastsAtMost(says, than), ofASecret),
  // Whoever holds its key can read what the agent sends to any name.
  ca: graded((says, than) => says === than, {
    unordered: "another file",
    marked: { word: "another certificate", as: "unordered" },
  }),
};

/** Secrets, logins and keys by name and source, and trust anchors. @param fingerprints of the values, by place */
export function credentialFacts(
  { secrets }: Pick<Spec, "secrets">,
  files: readonly DeliveredFile[],
  fingerprints?: Readonly<Record<string, string>>,
): PostureFact[] {
  return files.flatMap((file): PostureFact[] => {
    const mark = fingerprints?.[placeOf(file)];
    const of = { key: file.key, ...(mark && { mark }) };
    const from = withExpiry(`(${describeSource(file.source)})`, file.expires);
    switch (file.role) {
      case "secret":
        return [
          { topic: "secrets", about: file.name, says: secrets[file.name]?.export ? `exported ${from}` : from, ...of },
        ];
      case "login":
        return [{ topic: "logins", about: file.reader, says: from, ...of }];
      case "variable":
        // Of all agents and shells it is a secret's, told there.
        return file.reader === ALL ? [] : [{ topic: "keys", about: `${file.reader}/${file.name}`, says: from, ...of }];
      case "certificates":
        return "file" in file.source ? [{ topic: "ca", about: file.source.file, says: "", ...of }] : [];
      default:
        return [];
    }
  });
}

function isVariable(says: string): boolean {
  return says.startsWith("exported ");
}

function source(says: string): string {
  return withoutExpiry(says).replace(/^exported /, "");
}
