import { z } from "zod";
import { keys, list, text } from "../../stack-file/combinators.ts";
import { Ipv4, Port } from "../../stack-file/network.ts";
import { isNot, quoted } from "../../stack-file/quoted.ts";
import { overlaps } from "../network/addresses.ts";
import { Lan } from "./lan.ts";

/** A destination as `egress.allow` and files of `egress.from` write it. */
export const Allowed = z.union(
  [
    text("a service or a host name", "github or docs.acme.example"),
    keys({
      host: text("a host name", "git.acme.example").describe(
        "A name; `*.name` for every name below it, `.name` for both.",
      ),
      ports: list(Port, "[22, 443]")
        .min(1, { error: () => "is empty; name at least one port, or leave the key out for 80 and 443" })
        .default([80, 443])
        .describe("TCP ports. Other than 80 and 443, only a name without wildcard can have them."),
    }),
  ],
  {
    error: ({ input }) =>
      `${isNot(input, "a destination")}; write a service (github), a name (docs.acme.example, *.acme.example, .acme.example) or {host: git.acme.example, ports: [22]}`,
  },
);

/** A destination in a word or two: `github`, `docs.acme.example`, `git.acme.example 22`. */
export function describeAllowed(allowed: z.output<typeof Allowed>): string {
  if (typeof allowed === "string") return allowed;
  return `${allowed.host} ${[...new Set(allowed.ports)].sort((a, b) => a - b).join(",")}`;
}

const PolicyPath = text("a file", "~/acme/policy.yaml").regex(/^[ -~]+$/, {
  error: ({ input }) =>
    `${quoted(input)} has letters besides ASCII, which the gateway's files cannot repeat; rename the file`,
});

/** A DNS server that the gateway can reach: its loopback is its own, whatever the host has on its. */
const Resolver = Ipv4.superRefine((address, context) => {
  if (overlaps(address, "127.0.0.0/8"))
    context.addIssue(
      `${address} is the gateway itself, not this host's resolver; name the server that the host's asks (\`resolvectl dns\`), or leave the key out: then the gateway asks as the host does`,
    );
  else if (["0.0.0.0/8", "224.0.0.0/3"].some((range) => overlaps(address, range)))
    context.addIssue(`${address} is no address of a machine; write it like 10.0.0.53`);
});

export const egressKeys = {
  egress: keys({
    allow: list(Allowed, "[github, docs.acme.example]")
      .default([])
      .describe(
        "Services (files in policies/services) and names the agent may reach, besides what its agents need. `docs.acme.example` is that name, `*.acme.example` every name below, `.acme.example` both. Ports are 80 and 443; others with {host, ports}.",
      ),
    from: z
      .union([PolicyPath, list(PolicyPath, "[~/acme/policy.yaml]")], {
        error: ({ input }) => `${isNot(input, "a file or a list of files")}; write it like ~/acme/policy.yaml`,
      })
      .transform((given) => [given].flat())
      .default([])
      .describe(
        "Files with `services:` and `domains:` lists, outside of everything an agent may write. Their lines come on top.",
      ),
    lan: Lan.default({}).describe(
      "Machines of the LAN, by a name of your choice with a port ({ollama: 192.168.1.20:11434}) or by the host name that they have ({git.corp.example: 10.1.2.3}, or {address, ports}). The agent sees the name, never the LAN.",
    ),
    host: list(Port, "[5432]").default([]).describe("Ports of the host, which the agent reaches as `host`."),
  })
    .prefault({})
    .describe("What may leave the sandbox."),
  resolvers: list(Resolver, "[10.0.0.53]")
    .default([])
    .describe("DNS servers the gateway asks. Default: those of the engine's host."),
};
