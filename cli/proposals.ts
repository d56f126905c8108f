import type { Declared } from "../capabilities/capability.ts";
import { refuseAddress } from "../capabilities/egress/endpoint.ts";
import { allServices } from "../capabilities/egress/look/catalogue.ts";
import type { WhyShared } from "../capabilities/egress/name.ts";
import type { Service } from "../capabilities/egress/service.ts";
import type { AuditLine } from "../gateway/audit-line.ts";
import { type Inward, inwardNames } from "../plan/review/inward.ts";
import { type Suggestions, suggestLines } from "../plan/review/suggest.ts";
import { admissionOf } from "../plan/review/traffic.ts";
import { ROOT } from "./command.ts";

/** What a stack file could say for what was refused, and what it was judged by. */
export interface Proposals extends Suggestions {
  services: Service[];
  whyShared: WhyShared;
  inward: Inward[];
}

/**
 * Reads all services (about 150 ms), and looks up what a stack file could say for what was refused and asked for.
 * @param lines of the audit
 * @param declared the stack file: what it opens already is proposed no more
 */
export async function propose(
  lines: readonly AuditLine[],
  { policy, spec }: Pick<Declared, "policy" | "spec">,
): Promise<Proposals> {
  const { services, whyShared } = await allServices(ROOT);
  const known = policy ?? { destinations: [], grants: [], endpoints: [], web: false };
  const endpoints = known.endpoints.map(({ name }) => name);
  return {
    ...{ services, whyShared, ...suggestLines(lines, admissionOf(known), services, whyShared) },
    inward: inwardNames(lines, endpoints, (address) => refuseAddress(address, spec.addresses)),
  };
}
