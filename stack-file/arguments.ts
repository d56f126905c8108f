import { ESC } from "./esc.ts";
import { SpecSchema } from "./spec.ts";

/**
 * The TypeScript of what a program may say of a client: a property for each key of a stack file, of the type that its schema takes, with what it means and what stands for it where it is
 * not said. An ESC environment is a stack's and no program's.
 */
export function renderArguments(): string {
  const properties = Object.entries(SpecSchema.shape).flatMap(([key, schema]) => {
    if (key === ESC) return [];
    const usual = schema.safeParse(undefined);
    const said = usual.success && usual.data !== undefined ? ` Without it: \`${JSON.stringify(usual.data)}\`.` : "";
    const optional = usual.success ? "?" : "";
    return `  /** ${schema.description ?? ""}${said} */\n  ${key}${optional}: Said["${key}"];\n`;
  });
  return `// Written by stack-file/arguments.ts, from the schema of stack files: DOCS=write npx jest stack-file/arguments
import type { z } from "zod";
import type { SpecSchema } from "./stack-file/spec.ts";

type Said = z.input<typeof SpecSchema>;

/** What a program says of a client: the keys of a stack file, in plain values. docs/ and the README say more of each. */
export interface AgentSandboxArgs {
${properties.join("")}}
`;
}
