import { z } from "zod";
import { isPrivateName } from "../../gateway/private.ts";
import { keys, list, oneOrMore, text } from "../../stack-file/combinators.ts";
import { Ipv4, isHostName, Port } from "../../stack-file/network.ts";
import { isNot, quoted } from "../../stack-file/quoted.ts";
import { overlaps } from "../network/addresses.ts";
import { Lan } from "./lan.ts";
import { UpstreamProxy } from "./upstream-proxy.ts";

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
const Server = Ipv4.superRefine((address, context) => {
  const message = refuseServer(address);
  if (message) context.addIssue(message);
});

/** Why an IPv4 address is no DNS server's that the gateway can ask, or nothing. */
function refuseServer(address: string): string | undefined {
  if (overlaps(address, "127.0.0.0/8"))
    return `${address} is the gateway itself, not this host's resolver; name the server that the host's asks (\`resolvectl dns\`), or leave the key out: then the gateway asks as the host does`;
  return ["0.0.0.0/8", "224.0.0.0/3"].some((range) => overlaps(address, range))
    ? `${address} is no address of a machine; write it like 10.0.0.53`
    : undefined;
}

/** A DNS server for every name, or those that are asked for the names of one domain. */
const Resolver = z.union(
  [
    Server,
    keys({
      domain: text("a domain", "corp.example")
        .superRefine((domain, context) => {
          const message = refuseZone(domain);
          if (message) context.addIssue(message);
        })
        .describe("Asked for: this name and all below it."),
      servers: oneOrMore(Server, "[10.1.0.53]").describe("The DNS servers that know the domain, IPv4."),
    }),
  ],
  {
    error: ({ input }) =>
      (Ipv4.safeParse(input).success && refuseServer(input as string)) ||
      `${isNot(input, "an IPv4 address")}; write it like 10.0.0.53, or for one domain like {domain: corp.example, servers: [10.1.0.53]}`,
  },
);

/** Why a text is no domain that has resolvers of its own, or nothing. */
function refuseZone(domain: string): string | undefined {
  if (/^\*?\./.test(domain))
    return `${quoted(domain)} has a wildcard; write ${quoted(domain.replace(/^\*?\./, ""))}, which is that name and all below it`;
  if (!isHostName(domain)) return `${isNot(domain, "a domain")}; write it like corp.example, in lower case`;
  if (isPrivateName(domain))
    return `${quoted(domain)} is private by definition, and no such name is ever asked for; declare its machines by their addresses: egress.lan: {git.${domain}: 10.1.2.3}`;
  return undefined;
}

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
    .superRefine((given, context) => {
      const domains = given.map((one) => (typeof one === "string" ? undefined : one.domain));
      for (const [index, domain] of domains.entries())
        if (domain !== undefined && domains.indexOf(domain) < index)
          context.addIssue({
            ...{ code: "custom", path: [index, "domain"] },
            message: `${quoted(domain)} is there twice; write one line with all its servers`,
          });
    })
    .default([])
    .describe(
      "DNS servers the gateway asks, or for the names of one domain {domain, servers}. Default: those of the engine's host.",
    ),
  upstreamProxy: UpstreamProxy.optional().describe(
    "A company's HTTP proxy as the only way out to names, by its address: http://10.1.2.9:3128, or {url, username, password: {env: NAME}}. The gateway judges first.",
  ),
};
