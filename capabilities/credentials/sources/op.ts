import { z } from "zod";
import { type SourceKind, WITH_A_PERSON } from "./kind.ts";

const hint = "is not a reference of 1Password; write {op: op://vault/item/field}";

/** A field of 1Password, by its own command line. */
export const op: SourceKind<string> = {
  form: "{op: op://vault/item/field}",
  schema: z
    .string({ error: () => hint })
    .regex(/^op:\/\/[^\p{Cc}\p{Cf}/]+(\/[^\p{Cc}\p{Cf}/]+){2,3}$/u, { error: () => hint }),
  says: (reference) => reference,
  ask: (reference) => ({
    ...{ program: "op", args: ["read", "--no-newline", reference], variables: /^OP_[A-Z_]+$/, seconds: WITH_A_PERSON },
    provide: "sign in (op signin), or set OP_SERVICE_ACCOUNT_TOKEN",
  }),
};
