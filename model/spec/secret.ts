import { z } from "zod";
import { keys } from "./keys.ts";

/** Where a secret's value is read on the host when it is delivered. The value itself never enters config or state. */
export type SecretSource = { env: string } | { file: string };

const hint = "write {env: NAME} or {file: path}; a value is never written here";

export const SecretSource: z.ZodType<SecretSource> = z.union(
  [
    keys({
      env: z
        .string({ error: () => hint })
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: () => "is not the name of a variable" }),
    }),
    keys({ file: z.string({ error: () => hint }).min(1, { error: () => hint }) }),
  ],
  // The input is not repeated: it may be the secret itself.
  { error: () => `is not a secret source; ${hint}` },
);

/** The name of a secret: its file below /run/secrets inside the sandbox. */
export const SecretName = z.string().regex(/^(?!(ca|env|home|login)$)[A-Za-z_][A-Za-z0-9_]{0,63}$/, {
  error: (issue) =>
    `"${issue.input}" is not a secret's name; write letters, digits and _, like NPM_TOKEN (ca, env, home and login are folders there)`,
});
