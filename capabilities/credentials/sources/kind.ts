import { z } from "zod";

/**
 * A kind of place that a secret's value is read from: how it is written, how the posture tells it, and what has to be asked for the value. It reads nothing itself:
 * one program does for all of them (look/source.ts).
 */
export interface SourceKind<Said> {
  /** How it is written, for messages. */
  form: string;
  schema: z.ZodType<Said>;
  /** What the posture says after the kind's name. */
  says(said: Said): string;
  ask(said: Said, machine: Machine): Ask;
  /**
   * What is the same where the same is read, by where paths lead on this host; without one it is what the kind says. `undefined` where nobody can tell.
   */
  identity?(said: Said, lead: (path: string) => string): string | undefined;
}

/** What of the machine decides how it is asked. */
export interface Machine {
  /** As Node names it: `linux`, `darwin`. */
  platform: string;
}

/** What has to be looked at for a value. */
export type Ask =
  | { variable: string }
  | { file: string }
  | {
      program: string;
      args: readonly string[];
      /** Files of the host among the arguments, as the stack file writes them. */
      files?: readonly string[];
      /** What it may have of the person's environment besides what every program gets. */
      variables: RegExp;
      seconds: number;
      /** What to do where it has no value, after a semicolon. */
      provide: string;
    }
  /** The stack's own config, decrypted by Pulumi. */
  | { config: true };

/** How long a program that a person may have to answer has, in seconds: for a touch, a fingerprint, a password. */
export const WITH_A_PERSON = 60;

/** No variable but those that every program gets. */
export const NO_VARIABLES = /^$/;

/** A file of the host: no name that a person cannot tell from another one. */
export const path = (hint: string) =>
  z
    .string({ error: () => hint })
    .min(1, { abort: true, error: () => hint })
    .regex(/^(?!\s)[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*(?<!\s)$/u, {
      error: () => "has a space at an end, or a character that nobody sees; rename the file, and write its name",
    });

/** A word as a shell would read it as one, so that no two sources of several words read alike. */
export function word(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
