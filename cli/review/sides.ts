import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { mountFacts } from "../../capabilities/mounts/facts.ts";
import { workspaceFacts } from "../../capabilities/workspace/facts.ts";
import { type Declaration, describeEncrypted, inProject } from "../../host/declarations.ts";
import { hostPath } from "../../host/path.ts";
import { type Side, whyNot } from "../../plan/review/review-client.ts";
import type { Mount } from "../../plan/workload.ts";
import { isSecretValue } from "../../stack-file/encrypted.ts";
import { isAtOrBelow } from "../../stack-file/key-path.ts";
import type { Written } from "./origin.ts";

/** What files declare, as a side of a review. */
export function declaredSide({ file, facts, problems, unseen, encrypted }: Declaration): Side {
  return { ...(facts && { facts }), why: whyNot(file, problems), unseen, encrypted };
}

/** Where its lines are. @param root the folder that has these files */
export function writtenIn(root: string, { file, text }: Declaration): Written | undefined {
  if (text === undefined) return undefined;
  return {
    file,
    text,
    files: (path) => {
      const place = join(root, path);
      return existsSync(place) ? readFileSync(place, "utf8") : undefined;
    },
  };
}

/** What no file of a declaration and what was deployed can be compared in, by topic and subject. */
export interface Unknown {
  topic: string;
  about?: string;
  why: string;
}

/**
 * A declaration in the words of what is deployed: paths are where they lead on this machine. What is not here is not compared.
 */
export function placedSide(declaration: Declaration, root: string): { side: Side; unknown: Unknown[] } {
  const side = declaredSide(declaration);
  const { declared, facts } = declaration;
  if (!declared || !facts) return { side, unknown: [] };
  const { workspace, mounts, image } = declared.spec;
  const unknown: Unknown[] = [
    { topic: "masks", why: "masks: which places they cover is known where the workspace is looked through" },
  ];
  // What was deployed has the word itself, and here stands another for it. A secret's value is in neither.
  for (const { topic, about, key = "" } of facts) {
    const encrypted = declaration.encrypted.find(({ path }) => isAtOrBelow(path, key) && !isSecretValue(path));
    if (encrypted) unknown.push({ topic, about, why: describeEncrypted(encrypted) });
  }
  const lead = (path: string, of: Omit<Unknown, "why">) => {
    try {
      return realpathSync(hostPath(path, root));
    } catch {
      unknown.push({ ...of, why: `${of.topic}: ${path} is not on this machine` });
      return path;
    }
  };
  const placed = [
    ...workspaceFacts(declared.spec, [bind(lead(workspace, { topic: "workspace" }), "/workspace", false)]),
    ...mountFacts(
      declared.spec,
      mounts.map(({ host, at, mode }) => bind(lead(host, { topic: "mounts", about: at }), at, mode === "ro")),
    ),
  ];
  if (image.extend !== undefined && !inProject(image.extend))
    unknown.push({ topic: "extend", why: `what ${image.extend} says` });
  return {
    side: { ...side, facts: [...facts.filter(({ topic }) => topic !== "workspace" && topic !== "mounts"), ...placed] },
    unknown,
  };
}

function bind(source: string, at: string, readOnly: boolean): Mount {
  return { kind: "bind", source, at, readOnly };
}
