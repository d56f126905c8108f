import { z } from "zod";
import { keys } from "../../../stack-file/combinators.ts";
import type { SourceKind } from "./kind.ts";

const hint = "is not an encrypted value; write it with pulumi config set --secret --path";

/** A value of the stack's own config that Pulumi decrypts. What is parsed here never has it: it is taken out before (stack-file/encrypted.ts). */
export const encrypted: SourceKind<string | { secure: string }> = {
  form: "{encrypted: {secure: …}} by pulumi config set --secret --path",
  schema: z.union([z.string(), keys({ secure: z.string({ error: () => hint }) }, hint)], { error: () => hint }),
  says: () => "in the stack",
  ask: () => ({ config: true }),
  identity: () => undefined,
};
