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
  files: readonly DeliveredFile[],
  fingerprints: Readonly<Record<string, string>> = {},
): PostureFact[] {
  return files.flatMap((file): PostureFact[] => {
    const mark = fingerprints[placeOf(file)];
    const of = { key: file.key, ...(mark && { mark }) };
    const from = withExpiry(`(${describeSource(file.source)})`, file.expires);
    switch (file.role) {
      case "secret": {
        const exported = files.some((other) => isExportOf(other, file));
        return [{ topic: "secrets", about: file.name, says: exported ? `exported ${from}` : from, ...of }];
      }
      case "login":
        return [{ topic: "logins", about: file.reader, says: from, ...of }];
      case "variable":
        // A text is no secret, and is told with the environment; of all agents and shells it is a secret's, told there.
        if ("text" in file.source || files.some((other) => isExportOf(file, other))) return [];
        return [{ topic: "keys", about: `${file.reader}/${file.name}`, says: from, ...of }];
      case "certificates":
        return "file" in file.source ? [{ topic: "ca", about: file.source.file, says: "", ...of }] : [];
      default:
        return [];
    }
  });
}

/** Logins that are made in the sandbox, and kept in the agents' volumes: nothing is delivered. */
export function insideFacts({ credentials }: Pick<Spec, "credentials">): PostureFact[] {
  return Object.entries(credentials).flatMap(([agent, credential]) =>
    "login" in credential && credential.login === "inside"
      ? [{ topic: "logins", about: agent, says: "(inside)", key: `credentials.${agent}.login` }]
      : [],
  );
}

/** Whether a file is a secret once more, as a variable of all agents and shells. */
function isExportOf(variable: DeliveredFile, secret: DeliveredFile): boolean {
  return (
    variable.role === "variable" &&
    secret.role === "secret" &&
    variable.reader === ALL &&
    variable.name === secret.name &&
    describeSource(variable.source) === describeSource(secret.source) &&
    variable.expires === secret.expires
  );
}

function isVariable(says: string): boolean {
  return says.startsWith("exported ");
}

function source(says: string): string {
  return withoutExpiry(says).replace(/^exported /, "");
}
