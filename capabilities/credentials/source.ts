import { z } from "zod";
import { keys } from "../../stack-file/combinators.ts";
import { isNot } from "../../stack-file/quoted.ts";

/** Where a secret's value is read on the host when it is delivered. The value itself never enters config or state. */
export type SecretSource = { env: string } | { file: string };

const FORMS = "write {env: NAME} or {file: path}";
const NEVER = "a value is never written here";
const hint = `${FORMS}; ${NEVER}`;

/** The name of a variable of the host. `hint` says what may be written in its stead. */
export const envSource = (hint: string) =>
  z.string({ error: () => hint }).regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: () => "is not the name of a variable" });

/** A file of the host. */
export const fileSource = (hint: string) => z.string({ error: () => hint }).min(1, { error: () => hint });

export const SecretSource: z.ZodType<SecretSource> = z.union(
  [keys({ env: envSource(hint) }), keys({ file: fileSource(hint) })],
  // The input is not repeated: it may be the secret itself.
  { error: () => `is not a secret source; ${hint}` },
);

/** A secret by name: where it is read, and whether it is a variable as well. */
export const Secret: z.ZodType<SecretSource & { export?: boolean }> = z.union(
  [keys({ env: envSource(hint), export: exported() }), keys({ file: fileSource(hint), export: exported() })],
  {
    error: () =>
      `is not a secret source; ${FORMS}, with export: true where agents and shells are to have it as a variable, too; ${NEVER}`,
  },
);

function exported() {
  return z.boolean({ error: ({ input }) => `${isNot(input, "true or false")}; write export: true` }).optional();
}

/** The name of a secret: its file below /run/secrets inside the sandbox. */
export const SecretName = z.string().regex(/^(?!(ca|env|git|home|login)$)[A-Za-z_][A-Za-z0-9_]{0,63}$/, {
  error: ({ input }) =>
    `${isNot(input, "a secret's name")}; write letters, digits and _, like NPM_TOKEN (ca, env, git, home and login are folders there)`,
});
