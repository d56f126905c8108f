import { MAX_OWN_ADDRESSES, ownNames } from "../../gateway/vips.ts";
import { names } from "../../plan/names.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Capability } from "../capability.ts";
import type { EgressPolicy } from "./egress.ts";
import { refuseEndpoint } from "./endpoint.ts";

/** What of the world a sandbox reaches. Its names are planned before all else (plan/declare.ts), for others are judged by them. */
export const egress: Capability = {
  check: ({ client, spec, policy }) => [
    ...endpointProblems(spec, [], []),
    ...ownNameProblems(client, spec),
    ...(policy ? addressProblems(policy) : []),
  ],
  // Endpoints that only the facts tell to be the host; what is wrong with an address alone has been told.
  plan: ({ spec }, { host, networks }) => {
    const told = endpointProblems(spec, [], []).map(({ path }) => path);
    return {
      problems: endpointProblems(spec, host.addresses, networks.clients).filter(({ path }) => !told.includes(path)),
    };
  },
};

/**
 * Endpoints that are no machine of the LAN.
 * @param own addresses of the engine's host
 * @param clients networks of clients (CIDR)
 */
function endpointProblems(
  spec: Pick<Spec, "egress" | "addresses">,
  own: readonly string[],
  clients: readonly string[],
): Problem[] {
  return Object.entries(spec.egress.lan).flatMap(([name, { address }]) => {
    const message = refuseEndpoint(address, own, [spec.addresses, ...clients]);
    return message ? [{ path: `egress.lan.${name}`, message }] : [];
  });
}

/** Names that the sandbox has itself: its own `/etc/hosts` answers them, so that the endpoint would be reached by nobody. */
function ownNameProblems(client: string, { egress }: Pick<Spec, "egress">): Problem[] {
  const own = ["localhost", client, ...Object.values(names(client)).filter((name) => typeof name === "string")];
  return Object.keys(egress.lan)
    .filter((name) => own.includes(name))
    .map((name) => ({
      path: `egress.lan.${name}`,
      message: `${JSON.stringify(name)} is a name of the sandbox itself; choose another one`,
    }));
}

/** Names that only an address can tell apart share a small range. */
function addressProblems(policy: EgressPolicy): Problem[] {
  const names = ownNames(policy);
  if (names.length <= MAX_OWN_ADDRESSES) return [];
  return [
    {
      path: "egress",
      message: `opens ports besides 80 and 443 on ${names.length} names and endpoints; at most ${MAX_OWN_ADDRESSES} can have an address of their own`,
    },
  ];
}
