import { z } from "zod";
import { keys, place } from "../../stack-file/combinators.ts";
import { isNot, quoted } from "../../stack-file/quoted.ts";

/** Why a path leads nowhere here, though a shell or another system would follow it. */
function notOfThisHost(path: string): string | undefined {
  if (/^(\$\{?\w+|%\w+%)/.test(path))
    return `${quoted(path)} has a variable, and none is expanded here; write the whole path, or one that begins with ~/`;
  const [, drive, rest] = /^([A-Za-z]):[\\/](.*)$/.exec(path) ?? [];
  if (drive === undefined || rest === undefined) return undefined;
  return `${quoted(path)} is a path of Windows; write it as WSL has it: /mnt/${drive.toLowerCase()}/${rest.replaceAll("\\", "/")}`;
}

const Directory = place("a directory", "~/projects/acme-webapp").superRefine((path, context) => {
  const message = notOfThisHost(path);
  if (message) context.addIssue(message);
});
const VOLUME = "{volume: true}";

export const workspaceKeys = {
  workspace: z
    .union(
      [
        Directory,
        keys({
          volume: z
            .literal(true, { error: ({ input }) => `${isNot(input, "true")}; write ${VOLUME}` })
            .describe("A volume of the client's own in the place of a directory."),
        }),
      ],
      {
        error: ({ input }) => {
          const refused = typeof input === "string" ? Directory.safeParse(input).error?.issues[0]?.message : undefined;
          return refused ?? `${isNot(input, "a directory")}; write it like ~/projects/acme-webapp, or ${VOLUME}`;
        },
      },
    )
    .describe(
      "The one directory of the host that the agent may write; it must exist and belong to a regular user. Or `{volume: true}`: a volume of the client's own on the engine, which a destroy wipes; for an engine on another machine.",
    ),
};

/** The directory of a workspace that is one of the host's. */
export function directoryOf(workspace: string | { volume: true }): string | undefined {
  return typeof workspace === "string" ? workspace : undefined;
}
