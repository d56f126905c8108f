import { z } from "zod";
import { dayInStack, keys } from "../../stack-file/combinators.ts";
import { isNot } from "../../stack-file/quoted.ts";

/** Where a secret's value is read on the host when it is delivered. The value itself never enters config or state. */
export type SecretSource = { env: string } | { file: string };

/** Whatever is said of a credential besides where it is read: the day from which its issuer takes it no more. Nothing here holds it to that. */
export interface Lasting {
  expires?: string | undefined;
}

const FORMS = "write {env: NAME} or {file: path}";
const NEVER = "a value is never written here";
const hint = `${FORMS}; ${NEVER}`;

/** The name of a variable of the host. `hint` says what may be written in its stead. */
export const envSource = (hint: string) =>
  z.string({ error: () => hint }).regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: () => "is not the name of a variable" });

/** A file of the host. */
export const fileSource = (hint: string) => z.string({ error: () => hint }).min(1, { error: () => hint });

/** The day from which it is worth nothing. */
export const expires = dayInStack("the day on which it expires").optional();

export const SecretSource: z.ZodType<SecretSource & Lasting> = z.union(
  [keys({ env: envSource(hint), expires }), keys({ file: fileSource(hint), expires })],
  // The input is not repeated: it may be the secret itself.
  { error: () => `is not a secret source; ${hint}` },
);

/** A secret by name: where it is read, and whether it is a variable as well. */
export const Secret: z.ZodType<SecretSource & Lasting & { export?: boolean }> = z.union(
  [
    keys({ env: envSource(hint), export: exported(), expires }),
    keys({ file: fileSource(hint), export: exported(), expires }),
  ],
  {
    error: () =>
      `is not a secret source; ${FORMS}, with export: true where agents and shells are to have it as a variable, too; ${NEVER}`,
  },
);

/** Where it is read, alone. */
export function sourceOf(of: SecretSource): SecretSource {
  return "env" in of ? { env: of.env } : { file: of.file };
}

/** The day alone, where one is said. */
export function lasting({ expires }: Lasting): { expires?: string } {
  return expires === undefined ? {} : { expires };
}

function exported() {
  return z.boolean({ error: ({ input }) => `${isNot(input, "true or false")}; write export: true` }).optional();
}

/** The name of a secret: its file below /run/secrets inside the sandbox. */
export const SecretName = z.string().regex(/^(?!(ca|env|git|home|login)$)[A-Za-z_][A-Za-z0-9_]{0,63}$/, {
  error: ({ input }) =>
    `${isNot(input, "a secret's name")}; write letters, digits and _, like NPM_TOKEN (ca, env, git, home and login are folders there)`,
});
