import { quoted } from "../../stack-file/quoted.ts";
import type { Capability } from "../capability.ts";
import { authFacts, authTopics } from "./facts.ts";

/**
 * Sites that an agent may ask a person to open in their own browser. Nothing of the sandbox follows from it: `agentbox auth` reads what the last `up` put into force.
 * A domain below which strangers have names is no site of one owner's.
 */
export const auth: Capability = {
  check: ({ spec, catalogue }) =>
    spec.auth.domains.flatMap((domain, index) => {
      const shared = domain.startsWith("*.") ? catalogue.whyShared(domain.slice(2)) : undefined;
      if (!shared) return [];
      const message = `${quoted(domain)} is a wildcard over a domain below which anybody can have a name (${shared}); list the names that are needed`;
      return [{ path: `auth.domains[${index}]`, message }];
    }),
  posture: ({ spec }) => authFacts(spec),
  topics: authTopics,
};
