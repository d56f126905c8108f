import type { EgressPolicy } from "../capabilities/egress/egress.ts";
import { readServices, serviceNames } from "../capabilities/egress/look/catalogue.ts";
import type { WhyShared } from "../capabilities/egress/name.ts";
import type { Service } from "../capabilities/egress/service.ts";
import { sharedDomains } from "../capabilities/egress/suffix.ts";
import type { AuditLine } from "../gateway/audit-line.ts";
import { type Suggestions, suggestLines } from "../plan/review/suggest.ts";
import { admissionOf } from "../plan/review/traffic.ts";
import { ROOT } from "./command.ts";

/** What a stack file could say for what was refused, and what it was judged by. */
export interface Proposals extends Suggestions {
  services: Service[];
  whyShared: WhyShared;
}

/**
 * Reads all services (about 150 ms), and looks up what a stack file could say for what was refused and asked for.
 * @param lines of the audit
 * @param policy as the stack file has it: what that opens already is proposed no more. Nothing where it could not be read
 */
export async function propose(lines: readonly AuditLine[], policy: EgressPolicy | undefined): Promise<Proposals> {
  const services = readServices(ROOT, serviceNames(ROOT));
  const whyShared = await sharedDomains(["*.any.example"]);
  const admission = admissionOf(policy ?? { destinations: [], grants: [], endpoints: [], web: false });
  return { services, whyShared, ...suggestLines(lines, admission, services, whyShared) };
}
