import { SANDBOX } from "../../gateway/contract.ts";
import { names } from "../../plan/names.ts";
import type { Capability } from "../capability.ts";
import { credentialFacts, credentialTopics, insideFacts } from "./facts.ts";
import { endEachOther, planSecrets } from "./secrets.ts";

/** Logins and keys of agents, secrets by name, and trust anchors: files of a volume that the agent reads. */
export const credentials: Capability = {
  check: ({ spec, agents }) => planSecrets(spec, agents).problems,
  files: ({ spec, agents }) => planSecrets(spec, agents).files,
  plan: ({ client, spec, agents }) => ({
    warnings: endEachOther(client, spec, agents),
    mounts: [
      {
        kind: "volume",
        purpose: "secrets",
        source: names(client).volume("secrets"),
        at: SANDBOX.secrets,
        readOnly: true,
      },
    ],
  }),
  posture: ({ files, spec }, placed) => [...credentialFacts(files, placed?.facts.fingerprints), ...insideFacts(spec)],
  topics: credentialTopics,
};
