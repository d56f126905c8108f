import { fingerprintOf, readPublicKey } from "../stack-file/public-key.ts";

/** The keys that a client with `git.ssh: generate` has, by their files' names. */
export const GIT_KEYS = ["authentication", "signing"] as const;

/** Their public halves, each one line. */
export type GitKeys = Readonly<Record<(typeof GIT_KEYS)[number], string>>;

/** The same with what a person does with them, for the stack's outputs. */
export function forPeople(keys: GitKeys): GitKeys & { next: string } {
  return {
    ...keys,
    next: "add authentication to one repository as a deploy key, or to a machine user; add signing to that user as a signing key",
  };
}

/**
 * How keys differ from those that were made, as sentences. An agent cannot change them, for its mount is read-only; whoever has the engine's host can.
 * @param there nothing where there are none, or where what is there is none
 */
export function keyDifferences(made: GitKeys, there: GitKeys | undefined): string[] {
  if (!there)
    return [
      "the keys of git are not there, or are none: an up makes others, and the ones before are to be taken away where they were added",
    ];
  return GIT_KEYS.filter((name) => bare(made[name]) !== bare(there[name])).map(
    (name) => `the key for ${name} is ${print(there[name])}, and ${print(made[name])} was made: somebody replaced it`,
  );
}

function bare(line: string): string | undefined {
  return readPublicKey(line)?.key;
}

function print(line: string): string {
  return fingerprintOf(bare(line) ?? "");
}
