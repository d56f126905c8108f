import { toRanges } from "../../gateway/port-ranges.ts";
import { jsonLines } from "../../plan/json-lines.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Guard } from "../command-guards/guard.ts";
import type { DeliveredFile } from "../delivered.ts";
import type { EgressPolicy } from "../egress/egress.ts";

/**
 * What the agent is told of its own sandbox, delivered beside its secrets: read-only, changed without replacing it. Names and ports
 * only: no address of the LAN, and nothing of where a secret comes from.
 */
export function planBriefing(
  client: string,
  spec: Pick<Spec, "profile" | "ports" | "helpers" | "expires">,
  policy: EgressPolicy,
  guards: readonly Guard[],
): DeliveredFile[] {
  const view = {
    client,
    profile: spec.profile,
    // In profile web the list is not all: 80 and 443 of every public name answer.
    web: policy.web,
    allow: policy.destinations.map(told),
    // Each until its end, and shut from then on: the list stays as it is.
    granted: policy.grants.flatMap(({ destinations, until }) => destinations.map((line) => ({ ...told(line), until }))),
    ...(spec.expires !== undefined && { expires: spec.expires }),
    endpoints: policy.endpoints.map(({ name, port }) => ({ name, port })),
    // Beside the agent, each at all of its ports: those that are told are those that it says.
    ...(Object.keys(spec.helpers).length > 0 && {
      helpers: Object.entries(spec.helpers).map(([name, { ports }]) => ({ name, ports })),
    }),
    // Of the agent's; where the host has another one, as engines write it: host first.
    published: toRanges(spec.ports),
  };
  const rules = {
    /** A call that cannot be read is refused, too. */
    closed: spec.profile === "lockdown",
    rules: guards.map(({ name, pattern, message }) => ({ name, pattern, message })),
  };
  return [
    { role: "guards", source: { text: jsonLines(rules) }, key: "guards" },
    { role: "policy", source: { text: jsonLines(view) }, key: "egress" },
  ];
}

function told({ host, subdomains, ports }: EgressPolicy["destinations"][number]) {
  return { name: `${subdomains ? "*." : ""}${host}`, ports };
}
