import { z } from "zod";
import { dayInStack, keys } from "../../stack-file/combinators.ts";
import { isMapping } from "../../stack-file/mapping.ts";
import { isNot } from "../../stack-file/quoted.ts";
import { age } from "./sources/age.ts";
import { command } from "./sources/command.ts";
import { encrypted } from "./sources/encrypted.ts";
import { env } from "./sources/env.ts";
import { file } from "./sources/file.ts";
import { keyring } from "./sources/keyring.ts";
import type { Ask, Machine, SourceKind } from "./sources/kind.ts";
import { op } from "./sources/op.ts";
import { sops } from "./sources/sops.ts";

/** Every kind of source, by the key that says it. */
const KINDS = { env, file, keyring, command, op, sops, age, encrypted };

type Kinds = typeof KINDS;
type Said<Kind extends keyof Kinds> = z.output<Kinds[Kind]["schema"]>;

/** Where a secret's value is read on the host when it is delivered. The value itself never enters config or state. */
export type SecretSource = { [Kind in keyof Kinds]: { [Key in Kind]: Said<Kind> } }[keyof Kinds];

/** Whatever is said of a credential besides where it is read: the day from which its issuer takes it no more. Nothing here holds it to that. */
export interface Lasting {
  expires?: string | undefined;
}

const NAMES = Object.keys(KINDS) as (keyof Kinds)[];
const FORMS = `write one of ${Object.values(KINDS)
  .map(({ form }) => form)
  .join(", ")}`;
const NEVER = "a value is never written here in clear";

/** The day from which it is worth nothing. */
export const expires = dayInStack("the day on which it expires")
  .optional()
  .describe("The day from which it is worth nothing: 2027-01-31.");

/**
 * A source, and what may be said beside it. What was given is not repeated: it may be the secret itself.
 * @param what it is, for messages
 */
export function sourceWith<Beside extends z.ZodRawShape>(what: string, beside: Beside, more = "") {
  const schemas = Object.fromEntries(
    Object.entries(KINDS).map(([name, { schema, form }]) => [name, schema.optional().describe(`Written ${form}.`)]),
  );
  const none = `${FORMS}${more}; ${NEVER}`;
  return keys({ ...schemas, ...beside, expires }, `is not ${what}; ${none}`).superRefine((said, context) => {
    const named = NAMES.filter((name) => said[name as keyof typeof said] !== undefined);
    if (named.length === 0) context.addIssue(`names no source; ${none}`);
    if (named.length > 1) context.addIssue(`names several sources, ${named.join(" and ")}; leave one of them`);
  }) as unknown as z.ZodType<SecretSource & Lasting & z.output<z.ZodObject<Beside>>>;
}

export const SecretSource = sourceWith("a secret source", {});

/** A secret by name: where it is read, and whether it is a variable as well. */
export const Secret = sourceWith(
  "a secret source",
  {
    export: z
      .boolean({ error: ({ input }) => `${isNot(input, "true or false")}; write export: true` })
      .optional()
      .describe("Whether agents and shells have it as a variable, too."),
  },
  ", with export: true where agents and shells are to have it as a variable, too",
);

/** Where it is read, alone. */
export function sourceOf(of: SecretSource): SecretSource {
  const { name, said } = named(of);
  return { [name]: said } as SecretSource;
}

/** The day alone, where one is said. */
export function lasting({ expires }: Lasting): { expires?: string } {
  return expires === undefined ? {} : { expires };
}

/** Where it is read, in one line: `env NPM_TOKEN`, `command pass show acme/npm`. */
export function describeSecretSource(source: SecretSource): string {
  const { name, kind, said } = named(source);
  return `${name} ${kind.says(said)}`;
}

/** As a person writes it: `{env: NPM_TOKEN}`. A value that is encrypted is written nowhere. */
export function writtenSource(source: SecretSource): string {
  const { name, said } = named(source);
  return `{${name}: ${name === "encrypted" ? "{secure: …}" : inFlow(said)}}`;
}

function inFlow(said: unknown): string {
  if (Array.isArray(said)) return `[${said.map(inFlow).join(", ")}]`;
  if (!isMapping(said)) return String(said);
  return `{${Object.entries(said)
    .map(([key, one]) => `${key}: ${inFlow(one)}`)
    .join(", ")}}`;
}

/** Files of the host that it is read from, as the stack file writes them. */
export function filesOf(source: SecretSource): readonly string[] {
  // Which program of the machine's is asked makes no other file.
  const ask = askFor(source, { platform: "" });
  if ("file" in ask) return [ask.file];
  return "program" in ask ? (ask.files ?? []) : [];
}

/** What has to be asked for its value. */
export function askFor(source: SecretSource, machine: Machine): Ask {
  const { kind, said } = named(source);
  return kind.ask(said, machine);
}

/** What is the same where the same is read, whatever it is called; nothing where nobody can tell. @param lead where a path leads on this host */
export function identityOf(source: SecretSource, lead: (path: string) => string): string | undefined {
  const { name, kind, said } = named(source);
  const what = kind.identity ? kind.identity(said, lead) : kind.says(said);
  return what === undefined ? undefined : `${name} ${what}`;
}

/** What one source says, with its kind: that the two belong together TypeScript cannot follow. */
function named(source: SecretSource): { name: keyof Kinds; kind: SourceKind<unknown>; said: unknown } {
  const name = NAMES.find((name) => (source as Record<string, unknown>)[name] !== undefined);
  if (!name) throw new Error("a source of no kind, which is a mistake of this program");
  return { name, kind: KINDS[name] as SourceKind<unknown>, said: (source as Record<string, unknown>)[name] };
}

/** The name of a secret: its file below /run/secrets inside the sandbox. */
export const SecretName = z.string().regex(/^(?!(ca|env|git|home|login|ssh)$)[A-Za-z_][A-Za-z0-9_]{0,63}$/, {
  error: ({ input }) =>
    `${isNot(input, "a secret's name")}; write letters, digits and _, like NPM_TOKEN (ca, env, git, home, login and ssh are folders there)`,
});
