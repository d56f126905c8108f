import { isIPv4 } from "node:net";
import { z } from "zod";
import { keys, list } from "../../stack-file/combinators.ts";
import { isMapping } from "../../stack-file/mapping.ts";
import { Ipv4, isHostName, Port } from "../../stack-file/network.ts";
import { isNot, quoted } from "../../stack-file/quoted.ts";

/** A machine of the LAN, and which of its ports are open. */
export interface Machine {
  address: string;
  /** Each once, sorted. */
  ports: number[];
}

/** `192.168.1.20:11434`, or `{address: 10.1.2.3, ports: [443, 22]}`. */
const Machine = z.union(
  [
    z.string().transform((text, context): Machine => {
      const [, address = "", port = ""] = /^([\d.]+):(\d{1,5})$/.exec(text) ?? [];
      if (isIPv4(address) && +port >= 1 && +port <= 65535) return { address, ports: [Number(port)] };
      context.addIssue(noMachine(text));
      return z.NEVER;
    }),
    keys({
      address: Ipv4.describe("Of the machine."),
      ports: list(Port, "[5432, 6379]")
        .min(1, { error: () => "is empty; name at least one port" })
        .transform((ports) => [...new Set(ports)].sort((a, b) => a - b))
        .describe("TCP ports. A host name that says none has 80 and 443."),
    }),
  ],
  { error: ({ input }) => noMachine(input) },
);

/**
 * Machines of the LAN by name: `{ollama: 192.168.1.20:11434}`, `{git.corp.example: 10.1.2.3}`, `{git.corp.example: {address: 10.1.2.3, ports: [443, 22]}}`. A host name
 * without ports has those of a host name under `egress.allow`, 80 and 443; a name of one label says its ports, for nothing follows from it.
 */
export const Lan = z.preprocess(
  withWebPorts,
  z.record(
    z.string().superRefine((name, context) => {
      const message = refuseMachineName(name);
      if (message) context.addIssue(message);
    }),
    Machine,
    { error: () => "is not a mapping of names to endpoints; write it like {ollama: 192.168.1.20:11434}" },
  ),
);

/** What was given, with 80 and 443 for each host name that says no port. Before anything is judged, so that all that is wrong is told at once. */
function withWebPorts(given: unknown): unknown {
  if (!isMapping(given)) return given;
  return Object.fromEntries(
    Object.entries(given).map(([name, machine]) => {
      const of = typeof machine === "string" && isIPv4(machine) ? { address: machine } : machine;
      return [name, name.includes(".") && isMapping(of) && !("ports" in of) ? { ...of, ports: [80, 443] } : machine];
    }),
  );
}

function noMachine(input: unknown): string {
  if (typeof input === "string" && isIPv4(input))
    return `${quoted(input)} has no port; write it like ${input}:11434, or {address: ${input}, ports: [5432, 6379]}`;
  return `${isNot(input, "an endpoint")}; write it like 192.168.1.20:11434, under a host name like 10.1.2.3, or {address: 10.1.2.3, ports: [443, 22]}`;
}

/** Reserved domains: programs answer these names themselves, or they are the gateway's own. */
const NEVER = ["localhost", "invalid", "in-addr.arpa", "ip6.arpa", "onion", "alt"];

/** Why a text is no name that a machine of the LAN can have, or nothing if it is one. Private domains are what host names here are for. */
function refuseMachineName(name: string): string | undefined {
  if (/^\*?\./.test(name))
    return `${quoted(name)} would be every name below ${quoted(name.replace(/^\*?\./, ""))}, and an address is one machine's; write a line for each name`;
  if (!name.includes("."))
    return /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)
      ? undefined
      : `${isNot(name, "an endpoint's name")}; write lower-case letters, digits and -, or a host name like git.corp.example`;
  if (!isHostName(name)) return `${isNot(name, "a host name")}; write it like git.corp.example, in lower case`;
  const never = NEVER.find((domain) => name.endsWith(`.${domain}`) || name === domain);
  return never
    ? `${quoted(name)} is below ${never}, which is nobody's to give a machine; write the name that it has, or one of one label`
    : undefined;
}
