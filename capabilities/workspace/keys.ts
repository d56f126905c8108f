import { place } from "../../stack-file/combinators.ts";

export const workspaceKeys = {
  workspace: place("a directory", "~/projects/acme-webapp").describe(
    "The one directory of the host that the agent may write. It must exist and belong to a regular user.",
  ),
};
