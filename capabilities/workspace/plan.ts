import { names } from "../../plan/names.ts";
import type { Capability } from "../capability.ts";
import { workspaceFacts, workspaceTopics } from "./facts.ts";

/** The one directory that the agent may write besides its own state: the host's, or a volume. */
export const workspace: Capability = {
  check: ({ spec }) =>
    typeof spec.workspace === "string" || spec.masks.length === 0
      ? []
      : [
          {
            path: "masks",
            message: "lie over files of the host, and a workspace that is a volume has none; leave masks out",
          },
        ],
  plan: ({ client }, { workspace: { path, id } }) => ({
    mounts: [
      path === undefined
        ? {
            ...{ kind: "volume", purpose: "workspace", source: names(client).volume("workspace") },
            ...{ at: "/workspace", readOnly: false },
          }
        : { kind: "bind", source: path, at: "/workspace", readOnly: false, ...(id !== undefined && { id }) },
    ],
  }),
  posture: ({ spec }, placed) => workspaceFacts(spec, placed?.agent.mounts),
  topics: workspaceTopics,
};
