import { z } from "zod";
import { FORMAT } from "./bundle-format.ts";
import type { GatewayInput } from "./gateway-policy.ts";
import { planEnds } from "./periods.ts";

/**
 * What gatewayd itself reads of a policy, as data: the section `policy.json` of a bundle. Whatever haproxy, dnsmasq and nft read has a section of its own, as they read it.
 * gatewayd's type of it is made of this schema (gatewayd-contract.ts).
 */
export const DeclaredSchema = z.strictObject({
  format: z.literal(FORMAT).describe("The form of the bundle. A gateway refuses one that it does not know."),
  client: z.string().describe("The client that it is for."),
  gateway: z.string().describe("The gateway's address on the inner network."),
  agent: z.string().describe("The agent's address there."),
  vips: z.string().describe("The range of addresses that names have at the gateway, as CIDR."),
  engineResolvers: z
    .boolean()
    .describe("Whether names are asked of the engine's resolvers, which the packet rules have to let through."),
  upstreamProxy: z.boolean().describe("Whether names are dialled by way of a company's proxy."),
  grants: z
    .array(
      z.strictObject({
        until: z.string().describe("When it ends, in UTC."),
        name: z
          .string()
          .describe("What it opens, as the stack file writes it; `EVERYTHING` for the sandbox's own end."),
      }),
    )
    .describe("What is open for a time only, by its end."),
});

export type Declared = z.output<typeof DeclaredSchema>;

/** @param input of one client */
export function declare(input: GatewayInput): Declared {
  const { client, addresses, resolvers, upstreamProxy } = input;
  const { gateway, agent, vips } = addresses;
  return {
    ...{ format: FORMAT, client, gateway, agent, vips },
    engineResolvers: upstreamProxy === undefined && !resolvers.some((one) => typeof one === "string"),
    upstreamProxy: upstreamProxy !== undefined,
    grants: planEnds(input),
  };
}

/** As lines, of which each says one thing: a preview shows a policy's changes by line. */
export function renderDeclared({ grants, ...declared }: Declared): string[] {
  const keys = Object.entries(declared).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`);
  const last = grants.length - 1;
  return [
    "{",
    ...keys,
    '  "grants": [',
    ...grants.map((grant, at) => `    ${JSON.stringify(grant)}${at < last ? "," : ""}`),
    "  ]",
    "}",
  ];
}
