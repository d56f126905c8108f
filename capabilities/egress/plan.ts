import { SANDBOX } from "../../gateway/contract.ts";
import type { Destination } from "../../gateway/gateway-policy.ts";
import { MAX_OWN_ADDRESSES, ownNames } from "../../gateway/vips.ts";
import { lacks } from "../../plan/lacks.ts";
import { names } from "../../plan/names.ts";
import type { Mount } from "../../plan/workload.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { quoted } from "../../stack-file/quoted.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Added, Capability } from "../capability.ts";
import type { EgressCatalogue, EgressPolicy } from "./egress.ts";
import { refuseAddress, refuseHere } from "./endpoint.ts";
import { egressFacts, egressTopics } from "./facts.ts";
import { hintService } from "./other-names.ts";
import { proxyWarnings } from "./proxy-ports.ts";
import {
  OWN_ADDRESS,
  upstreamFacts,
  upstreamHere,
  upstreamProblems,
  upstreamTopics,
  wayOutFiles,
} from "./upstream-proxy.ts";
import { endpointVariables, severalOfAKind } from "./variables.ts";

/** What of the world a sandbox reaches. Its policy is planned before all capabilities (plan/declare.ts), because git tokens are checked against it. */
export const egress: Capability = {
  check: ({ client, spec, policy }) => [
    ...endpointProblems(spec, (address) => refuseAddress(address, spec.addresses)),
    ...ownNameProblems(client, spec),
    ...(policy ? addressProblems(policy) : []),
    ...upstreamProblems(spec),
  ],
  files: ({ spec, policy }) => [...endpointVariables(spec, policy?.endpoints ?? []), ...wayOutFiles(spec)],
  plan: ({ client, spec, policy, catalogue }, { engine, host, networks }) => {
    const { hostServices } = lacks(engine);
    // Where the machine is reached by its own addresses alone, each is one of the LAN's.
    const own = hostServices === undefined ? host.addresses : [];
    return {
      mounts: [lastRefusals(client)],
      warnings: [
        ...severalOfAKind(spec, policy?.endpoints ?? []),
        ...proxyWarnings(policy?.endpoints ?? []),
        ...(policy ? wideNames(policy, catalogue) : []),
      ],
      problems: [
        ...endpointProblems(spec, (address) =>
          // What is wrong with the address itself has been told.
          refuseAddress(address, spec.addresses) ? undefined : refuseHere(address, own, networks.clients),
        ),
        ...upstreamHere(spec, own, networks.clients, hostServices),
        ...hostProblems(spec, hostServices),
      ],
    };
  },
  posture: (of, placed) => [...egressFacts(of), ...upstreamFacts(of.spec, placed?.facts.fingerprints)],
  topics: { ...egressTopics, ...upstreamTopics },
};

/** Ports of the engine's host, where nothing of it is reached as one. @param why nothing is; undefined where it is */
function hostProblems({ egress: { host } }: Pick<Spec, "egress">, why: string | undefined): Problem[] {
  if (host.length === 0 || why === undefined) return [];
  const message = `${why}; write egress: {lan: {NAME: "ADDRESS:${host[0]}"}}, with ${OWN_ADDRESS} at which the service listens`;
  return [{ path: "egress.host", message }];
}

/** Wildcards that people wrote over a vendor's domain of which a service opens what is needed. They stand; a person should know of the narrower way. */
function wideNames({ destinations, grants }: EgressPolicy, catalogue: EgressCatalogue): Problem[] {
  const told = (lines: readonly Destination[], place: (origin: string) => Omit<Problem, "message"> | undefined) =>
    lines.flatMap(({ host, subdomains, origin }) => {
      const hint = subdomains ? hintService(host, catalogue) : "";
      const at = hint ? place(origin) : undefined;
      return at ? [{ ...at, message: `${quoted(`*.${host}`)} opens every name below it${hint}` }] : [];
    });
  return [
    ...told(destinations, writtenAt),
    ...grants.flatMap(({ destinations }, index) => told(destinations, () => ({ path: `grants[${index}].allow` }))),
  ];
}

/** Who wrote a line that no service opens (`file ~/policy.yaml, client`), or nothing. */
function writtenAt(origin: string): Omit<Problem, "message"> | undefined {
  const own = origin.split(", ").find((one) => one === "client" || (one.startsWith("file ") && !one.includes(": ")));
  if (own === undefined) return undefined;
  return own === "client" ? { path: "egress.allow" } : { file: own.slice("file ".length), path: "domains" };
}

/** The gateway writes what it refused last, and the agent reads it: a refusal alone looks like a fault of DNS or TLS (docs/decisions.md, D-114). */
function lastRefusals(client: string): Added<Mount> {
  const source = names(client).volume("refusals");
  return { kind: "volume", purpose: "refusals", source, at: SANDBOX.refusals, readOnly: true, key: "egress" };
}

function endpointProblems(
  { egress }: Pick<Spec, "egress">,
  refuse: (address: string) => string | undefined,
): Problem[] {
  return Object.entries(egress.lan).flatMap(([name, { address }]) => {
    const message = refuse(address);
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
      message: `${quoted(name)} is a name of the sandbox itself; choose another one`,
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
