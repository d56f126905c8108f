import { specHash } from "../../plan/hash.ts";

/** Hexadecimal digits of an image's tag. Whoever writes one client's fragment can try fragments until one has another client's tag: of 12 digits that is an afternoon's work, of 40 nobody's. */
const DIGITS = 40;

/** The tag of an image, `agent-sandbox/<name>:<hash>`, by all that decides what it is. */
export function imageTag(name: string, of: unknown): string {
  return `agent-sandbox/${name}:${specHash(of).slice(0, DIGITS)}`;
}
