import type { Declared } from "../../capabilities/capability.ts";
import { overlaps } from "../../capabilities/network/addresses.ts";
import { list, matching, oneOf, whole } from "../../stack-file/combinators.ts";
import { Port } from "../../stack-file/network.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { hostPorts } from "../host-ports.ts";
import { kind } from "./kind.ts";

/** What images clients may run: `digest` is one that cannot change under its name, `locked` none but this project's own. */
export const images = kind(oneOf(["digest", "locked"]), (allowed, { declared }) => {
  const { ref } = declared.spec.image;
  if (allowed === "locked") return [...ofAgent(ref), ...ofHelpers(declared)];
  // A helper's has a digest, or is built here.
  if (ref === undefined) return [];
  if (/@sha256:[0-9a-f]{64}$/.test(ref)) return [];
  return [{ path: "image.ref", message: `${ref} is named without a digest; write it like ${ref}@sha256:…` }];
});

function ofHelpers({ spec: { helpers } }: Declared): Problem[] {
  return Object.entries(helpers).flatMap(([name, { image }]) =>
    typeof image === "string"
      ? [
          {
            path: `helpers.${name}.image`,
            message: `${image} ${NOT_LOCKED}; build it on the project's own, like {packages: [postgresql]}, or remove the helper`,
          },
        ]
      : [],
  );
}

function ofAgent(ref: string | undefined): Problem[] {
  if (ref === undefined) return [];
  const instead = "remove the line, and add what is missing under tools, image.packages or image.extend";
  return [{ path: "image.ref", message: `${ref} ${NOT_LOCKED}; ${instead}` }];
}

const NOT_LOCKED = "is not made of this project's lock";

/** Which clients have GPUs. */
export const gpuClients = kind(
  list(matching(/^[a-z][a-z0-9-]*$/, "a client's name"), "[acme]"),
  (clients, { declared: { client, spec } }) => {
    if (spec.gpu === false || clients.includes(client)) return [];
    const told = clients.length === 0 ? "no client" : `only ${clients.join(", ")}`;
    return [{ path: "gpu", message: `is asked for, and ${told} may have one; write gpu: false` }];
  },
);

/** The lowest port of this host that clients publish. */
export const leastPort = kind(Port, (least, { declared }) =>
  hostPorts(declared.spec)
    .filter(({ port }) => port < least)
    .map(({ port, to, key }) => ({
      path: key,
      message: `publishes ${port}, and ${least} is the lowest allowed; write that or a higher one, like ${key === "ports" ? `"${least}:${to}"` : least}`,
    })),
);

/** How many ports of this host a client publishes at most. */
export const mostPorts = kind(whole("a number of ports", 0, "16"), (most, { declared: { spec } }) =>
  hostPorts(spec).length <= most
    ? []
    : [
        {
          path: "ports",
          message: `publishes ${hostPorts(spec).length} ports, and at most ${most} are allowed; write fewer`,
        },
      ],
);

const Range = matching(/^(\d{1,3}\.){3}\d{1,3}\/(\d|[12]\d|3[0-2])$/, "a range; write it like 192.168.1.0/24").refine(
  (range) => range.split(/[./]/).every((part) => Number(part) <= 255),
  { error: ({ input }) => `${JSON.stringify(input)} is not a range; write it like 192.168.1.0/24` },
);

/** In which ranges machines of the LAN lie that clients reach by their address. No range is no LAN. */
export const lanWithin = kind(list(Range, "[192.168.1.0/24]"), (ranges, { declared }) =>
  Object.entries(declared.spec.egress.lan).flatMap(([name, { address, ports }]) =>
    ranges.some((range) => overlaps(address, range))
      ? []
      : [
          {
            path: `egress.lan.${name}`,
            message: `reaches ${address}:${ports.join(",")}, and ${ranges.length === 0 ? "no machine of the LAN is allowed" : `only ${ranges.join(", ")} is allowed`}; remove the line`,
          },
        ],
  ),
);
