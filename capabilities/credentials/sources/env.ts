import { z } from "zod";
import type { SourceKind } from "./kind.ts";

/** A variable where pulumi runs. What a Pulumi ESC environment of the stack gives under `environmentVariables` is one. */
export const env: SourceKind<string> = {
  form: "{env: NAME}",
  schema: z
    .string({ error: () => "is not the name of a variable; write {env: NAME}" })
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: () => "is not the name of a variable; write {env: NAME}" }),
  says: (name) => name,
  ask: (name) => ({ variable: name }),
};
