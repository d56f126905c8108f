import { place } from "../../stack-file/combinators.ts";
import { quoted } from "../../stack-file/quoted.ts";

/** Why a path leads nowhere here, though a shell or another system would follow it. */
function notOfThisHost(path: string): string | undefined {
  if (/^(\$\{?\w+|%\w+%)/.test(path))
    return `${quoted(path)} has a variable, and none is expanded here; write the whole path, or one that begins with ~/`;
  const [, drive, rest] = /^([A-Za-z]):[\\/](.*)$/.exec(path) ?? [];
  if (drive === undefined || rest === undefined) return undefined;
  return `${quoted(path)} is a path of Windows; write it as WSL has it: /mnt/${drive.toLowerCase()}/${rest.replaceAll("\\", "/")}`;
}

export const workspaceKeys = {
  workspace: place("a directory", "~/projects/acme-webapp")
    .superRefine((path, context) => {
      const message = notOfThisHost(path);
      if (message) context.addIssue(message);
    })
    .describe("The one directory of the host that the agent may write. It must exist and belong to a regular user."),
};
