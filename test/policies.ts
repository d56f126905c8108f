import fc from "fast-check";
import type { Destination, Endpoint, GatewayInput, Grant, Resolver } from "../gateway/gateway-policy.ts";

export const addresses = {
  gateway: "10.208.0.2",
  agent: "10.208.0.3",
  vips: "10.208.0.128/25",
  host: "10.208.1.1",
};

/** Names, few enough that some are below others. */
export function host(): fc.Arbitrary<string> {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?$/);
  return fc
    .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.constantFrom("test", "example.org"))
    .map(([labels, top]) => [...labels, top].join("."));
}

/** Policies without grants. */
export function policy(): fc.Arbitrary<GatewayInput> {
  const port = fc.oneof(fc.constantFrom(80, 443, 22, 8443), fc.integer({ min: 1, max: 65535 }));
  const ports = fc.uniqueArray(port, { minLength: 1, maxLength: 3 }).map((list) => list.sort((a, b) => a - b));
  const web = fc.constantFrom<number[]>([80], [443], [80, 443]);
  const destination = fc.oneof(
    fc.record({ host: host(), subdomains: fc.constant(false), ports, origin: fc.constant("client") }),
    fc.record({ host: host(), subdomains: fc.constant(true), ports: web, origin: fc.constant("service x") }),
  );
  const endpoint: fc.Arbitrary<Endpoint> = fc.oneof(
    fc.record({
      name: fc.constantFrom("host", "ollama", "db"),
      address: fc.constantFrom("192.168.1.20", "10.9.9.9"),
      port: fc.integer({ min: 1, max: 65535 }),
      origin: fc.constant("client"),
    }),
    // Host names, two of them at one address; one address each.
    fc.record({ name: fc.constantFrom("git.corp.example", "wiki.corp.example", "nas.internal"), port }).map((of) => ({
      ...of,
      address: of.name === "nas.internal" ? "192.168.1.20" : "10.1.2.3",
      origin: "client",
    })),
  );
  return fc.record({
    client: fc.constant("acme"),
    destinations: fc.uniqueArray(destination, {
      maxLength: 12,
      selector: ({ host, subdomains }) => `${host} ${subdomains}`,
    }),
    grants: fc.constant([]),
    endpoints: fc.uniqueArray(endpoint, { maxLength: 4, selector: ({ name, port }) => `${name} ${port}` }),
    inbound: fc.uniqueArray(
      fc.record(
        {
          ...{ port: fc.integer({ min: 1024, max: 65535 }), to: fc.integer({ min: 1024, max: 65535 }) },
          listen: fc.constantFrom("0.0.0.0", "192.168.1.7"),
        },
        { requiredKeys: ["port", "to"] },
      ),
      { maxLength: 3, selector: ({ port }) => port },
    ),
    resolvers: fc.subarray<Resolver>([
      ...["10.0.0.53", "10.0.0.54"],
      { domain: "corp.example", server: "10.0.0.53" },
      { domain: "corp.example", server: "10.1.0.53" },
    ]),
    addresses: fc.constant(addresses),
    web: fc.boolean(),
    hostAddresses: fc.constantFrom<string[]>([], ["198.51.100.7"], ["198.51.100.7", "203.0.113.9"]),
  });
}

/** Ends, a minute apart: a moment between two of them is one that ends in `:30Z`. */
export const ENDS = ["00", "01", "02", "03"].map((minute) => `2026-12-01T18:${minute}:00Z`);

/** Policies with grants: of names of their own, and of such that are open for good, too. Some end themselves, also before a grant of theirs. */
export function policyWithGrants(): fc.Arbitrary<GatewayInput> {
  return policy().chain((input) => {
    const known = input.destinations.map(({ host }) => host);
    const name = known.length > 0 ? fc.oneof(host(), fc.constantFrom(...known)) : host();
    const exact = fc.record({
      host: name,
      subdomains: fc.constant(false),
      ports: fc.constantFrom([443], [80, 443], [22], [80, 8443]),
    });
    const below = fc.record({ host: name, subdomains: fc.constant(true), ports: fc.constantFrom([443], [80, 443]) });
    const destination: fc.Arbitrary<Destination> = fc
      .oneof(exact, below)
      .map((of) => ({ ...of, ports: [...of.ports], origin: "grant" }));
    const grant: fc.Arbitrary<Grant> = fc.record({
      name: fc.constantFrom("github", "*.acme.example", "git.acme.example 22"),
      destinations: fc.uniqueArray(destination, {
        minLength: 1,
        maxLength: 4,
        selector: ({ host, subdomains }) => `${host} ${subdomains}`,
      }),
      until: fc.constantFrom(...ENDS),
    });
    return fc
      .tuple(fc.array(grant, { minLength: 1, maxLength: 4 }), fc.option(fc.constantFrom(...ENDS), { nil: undefined }))
      .map(([grants, expires]) => ({ ...input, grants, ...(expires && { expires }) }));
  });
}
