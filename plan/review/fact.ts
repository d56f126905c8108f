import { printable } from "../../stack-file/printable.ts";

/** One thing that decides about a sandbox's security: a line of its posture. */
export interface PostureFact {
  /** What kind of thing it is: `egress`. How facts of one kind compare is said by its topic (topic.ts). */
  topic: string;
  /** What it is about, the only one of its topic: `docs.acme.example`. Nothing where the topic has one fact. */
  about: string;
  /** What holds: `443 (client)`. Nothing where being there says it all. */
  says: string;
  /**
   * What tells two apart that read the same: a secret's fingerprint, an image's tag. It is compared and never shown, for a hash tells a person nothing.
   */
  mark?: string;
  /** The mark is of files of the project's own, which a review has and an approval is bound to: another one counts as wider, whatever the topic says of its marks. */
  ofProject?: true;
  /** The key of the stack file that asks for it, for messages. */
  key?: string;
}

/** A fact without its topic, as one line: `docs.acme.example 443 (client)`. A name that an agent gave a file may have a line's end in it: it stays one. */
export function describeFact({ about, says }: Pick<PostureFact, "about" | "says">): string {
  return printable([about, says].filter(Boolean).join(" "));
}

/** Sorted by topic, by what they are about and by all else: one order, whatever the one before. */
export function sortedFacts(facts: readonly PostureFact[]): PostureFact[] {
  const parts = ["topic", "about", "says", "mark", "key"] as const;
  return [...facts].sort((a, b) =>
    parts.reduce((order, part) => order || compareText(a[part] ?? "", b[part] ?? ""), 0),
  );
}

/** By code units: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
