import { z } from "zod";
import { variables } from "./variable.ts";

const error = () =>
  "is not a value; write text like {TZ: Europe/Berlin}, or, for one agent alone, a mapping below its name, like {claude: {MAX_MCP_OUTPUT_TOKENS: 50000}}";

/** A value as a person writes it: YAML reads `8000` as a number and `true` as no text. */
const Value = z.union([z.string(), z.number(), z.boolean()], { error }).transform(String);

/** Characters at most: a preview shows the whole value in one line, and more than that no person reads. */
const MOST = 1000;

/** Why text is no value of a variable, or nothing. */
function unfit(value: string): string | undefined {
  const [control] = /\p{Cc}/u.exec(value) ?? [];
  if (control !== undefined)
    return `holds ${JSON.stringify(control)}; write one line of text without control characters. Text of more lines is a file: name it under dotfiles, or under secrets`;
  if (value.length > MOST)
    return `has ${value.length} characters, and a value at most ${MOST}; put it into a file of the workspace, or name it under dotfiles`;
  return undefined;
}

export const environmentKeys = {
  environment: z
    .record(z.string(), z.union([Value, z.record(z.string(), Value)], { error }), {
      error: () => "is not a mapping of variables to values; write it like {TZ: Europe/Berlin}",
    })
    .superRefine((all, context) => {
      for (const { name, agent, value } of variables({ environment: all })) {
        const message = unfit(value);
        if (message) context.addIssue({ code: "custom", path: agent === undefined ? [name] : [agent, name], message });
      }
    })
    .default({})
    .describe(
      "Variables of every agent and shell that `enter` starts, and of commands of `agentbox run`; below an agent's name, of that agent alone. Plain: a secret is one of `secrets`, with `export: true`.",
    ),
};
