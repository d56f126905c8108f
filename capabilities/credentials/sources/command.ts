import { z } from "zod";
import { isSecretByForm } from "../../secret-name.ts";
import { type SourceKind, word } from "./kind.ts";

const hint = "is not a program with its words; write {command: [program, words]}, like [pass, show, acme/npm]";

/** Seconds: a store of passwords answers in less than one; a person is asked by their own agent (gpg-agent, ssh-agent) before. */
const LIMIT = 5;

/** Where password stores and GnuPG have what they read. Another variable is said by the command itself: [env, VAULT_ADDR=…, vault, …]. */
const VARIABLES = /^(GNUPGHOME|PASSWORD_STORE_DIR)$/;

/** What a program prints, started without a shell, a terminal or the person's variables. */
export const command: SourceKind<string[]> = {
  form: "{command: [program, words]}",
  schema: z
    .array(
      z
        .string({ error: () => "is not a word; write it as text, in quotes where it is a number" })
        .regex(/^\P{Cc}+$/u, { error: () => "is empty or has a control character; write a word of one line" })
        // It would be in git, and in this machine's list of processes.
        .refine((one) => !isSecretByForm(one), {
          error: () =>
            "has the form of a key or a token, which is never written here in clear; have the program read it where it is kept",
        }),
      { error: () => hint },
    )
    .min(1, { error: () => hint }),
  says: (words) => words.map(word).join(" "),
  ask: ([program = "", ...args]) => ({
    ...{ program, args, variables: VARIABLES, seconds: LIMIT },
    provide: "see that it prints the value, and nothing else, without a question",
  }),
};
