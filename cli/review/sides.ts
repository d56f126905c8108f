import { existsSync, readFileSync } from "node:fs";
import { type Declaration, describeEncrypted } from "../../host/declarations.ts";
import { type Side, whyNot } from "../../plan/review/review-client.ts";
import { catalogueFile } from "../../setup/places.ts";
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
      const place = catalogueFile(root, path);
      return existsSync(place) ? readFileSync(place, "utf8") : undefined;
    },
  };
}

/** What of a declaration and of what the last `up` was given cannot be compared, by topic and subject. */
export interface Unknown {
  topic: string;
  about?: string;
  why: string;
}

/** What is encrypted: the last `up` had the value, and here stands a word for it. A secret's value is in neither. */
export function encryptedFacts({ facts = [], encrypted }: Declaration): Unknown[] {
  return facts.flatMap(({ topic, about, key = "" }) => {
    const found = encrypted.find(({ path }) => isAtOrBelow(path, key) && !isSecretValue(path));
    return found ? [{ topic, about, why: describeEncrypted(found) }] : [];
  });
}
