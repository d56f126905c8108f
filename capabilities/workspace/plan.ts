import type { Capability } from "../capability.ts";
import { workspaceFacts, workspaceTopics } from "./facts.ts";

/** The one directory of the host that the agent may write. */
export const workspace: Capability = {
  plan: (_of, { workspace: { path, id } }) => ({
    mounts: [{ kind: "bind", source: path, at: "/workspace", readOnly: false, id }],
  }),
  posture: ({ spec }, placed) => workspaceFacts(spec, placed?.agent.mounts),
  topics: workspaceTopics,
};
