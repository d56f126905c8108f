import { present } from "../../stack-file/present.ts";
import type { Capability } from "../capability.ts";
import { mountFacts, mountTopics } from "./facts.ts";
import { refuseMountPoint } from "./own-places.ts";

/** More directories of the host. */
export const mounts: Capability = {
  check: ({ spec }) =>
    spec.mounts.flatMap(({ at }, index) => {
      const message = refuseMountPoint(at);
      return message ? [{ path: `mounts[${index}].at`, message }] : [];
    }),
  plan: ({ spec }, facts) => ({
    mounts: spec.mounts.map(({ at, mode }, index) => {
      const { path, id } = present(facts.mounts[index], `mounts[${index}] on the host`);
      return { kind: "bind", source: path, at, readOnly: mode === "ro", id, key: `mounts[${index}]` };
    }),
  }),
  posture: ({ spec }, placed) => mountFacts(spec, placed?.agent.mounts),
  topics: mountTopics,
};
