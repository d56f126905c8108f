import fc from "fast-check";
import { parseIpRoute, parseProcRoute } from "../../host/routes.ts";
import { ADDRESSES, overlaps, planAddresses, refuseAddresses } from "./addresses.ts";

const clientName = () => fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/);

test("no two clients share an address, whoever comes first", () => {
  fc.assert(
    fc.property(fc.uniqueArray(clientName(), { minLength: 2, maxLength: 60 }), (clients) => {
      const taken: string[] = [];
      for (const client of clients) {
        const { inner, outer } = planAddresses(client, [], taken)!;
        for (const subnet of [inner, outer]) expect(taken.some((other) => overlaps(other, subnet))).toBe(false);
        taken.push(inner, outer);
      }
    }),
  );
});

// images/runtime/serve-loopback knows the gateway by it.
test("the gateway has the second address of the network that the agent has the third of", () => {
  fc.assert(
    fc.property(clientName(), (client) => {
      const { inner, gateway, agent } = planAddresses(client, [], [])!;
      expect([gateway, agent]).toEqual([2, 3].map((last) => inner.replace("0/24", String(last))));
    }),
  );
});

test("a client keeps its networks, whatever appears beside it", () => {
  fc.assert(
    fc.property(clientName(), fc.array(clientName(), { maxLength: 20 }), (client, others) => {
      const first = planAddresses(client, [], [])!;
      const own = [first.inner, first.outer];
      const taken = others.flatMap((other) => {
        const { inner, outer } = planAddresses(other, [], own)!;
        return [inner, outer];
      });
      expect(planAddresses(client, own, taken)).toEqual(first);
    }),
  );
});

test("a network in use moves the plan, a declared endpoint inside it too", () => {
  const first = planAddresses("acme", [], [])!;
  const moved = planAddresses("acme", [], [first.gateway.replace(/\d+$/, "77/32")])!;
  expect(moved.inner).not.toBe(first.inner);
  expect(overlaps(moved.inner, first.inner)).toBe(false);
});

test("gateway, agent, engine's pool and virtual addresses never meet", () => {
  const plan = planAddresses("acme", [], [])!;
  const parts = [`${plan.gateway}/32`, `${plan.agent}/32`, plan.innerPool, plan.vips];
  for (const [i, a] of parts.entries()) for (const b of parts.slice(i + 1)) expect(overlaps(a, b)).toBe(false);
  for (const part of parts) expect(overlaps(part, plan.inner)).toBe(true);
});

test("in a full pool there is no plan", () => {
  expect(planAddresses("acme", [], ["10.0.0.0/8"])).toBeUndefined();
});

test.each([
  ["10.0.0.0/8", "10.1.2.3/32", true],
  ["10.0.0.0/24", "10.0.1.0/24", false],
  ["0.0.0.0/0", "192.168.1.1/32", true],
  ["192.168.1.1", "192.168.1.1/24", true],
])("%s and %s overlap: %s", (a, b, expected) => {
  expect(overlaps(a, b)).toBe(expected);
  expect(overlaps(b, a)).toBe(expected);
});

test("networks come from the range that was said, to its last pair, and a client is where it always was in the default one", () => {
  const taken: string[] = [];
  for (const client of ["a1", "a2"]) {
    const { inner, outer } = planAddresses(client, [], taken, "192.168.4.0/22")!;
    for (const subnet of [inner, outer]) expect(overlaps(subnet, "192.168.4.0/22")).toBe(true);
    taken.push(inner, outer);
  }
  expect(new Set(taken).size).toBe(4);
  expect(planAddresses("a3", [], taken, "192.168.4.0/22")).toBeUndefined();
  expect(planAddresses("acme", [], [])).toMatchObject({ inner: "10.215.90.0/24", outer: "10.215.91.0/24" });
});

test.each([
  [ADDRESSES, undefined],
  ["172.20.0.0/16", undefined],
  ["192.168.128.0/20", undefined],
  ["100.64.0.0/10", /has not \/12 to \/22/],
  ["10.0.0.0/8", /has not \/12 to \/22/],
  ["192.168.1.0/24", /has not \/12 to \/22/],
  ["10.208.1.0/12", /begins inside a range; write 10.208.0.0\/12/],
  ["8.8.0.0/16", /is not private/],
  ["172.32.0.0/16", /is not private/],
  ["192.160.0.0/12", /is not private/],
  ["10.0.0.0/016", /is not a range/],
  ["10.300.0.0/16", /is not a range/],
  ["10.208.0.0", /is not a range/],
  ["fd00::/16", /is not a range/],
])("the range %s: %s", (range, says) => {
  const message = refuseAddresses(range);
  if (says) expect(message).toMatch(says);
  else expect(message).toBeUndefined();
});

test("routes of all tables are read, with the interface of each; those that lead nowhere are none", () => {
  expect(
    parseIpRoute(`default via 192.0.2.1 dev eth0
0.0.0.0/1 via 10.8.0.5 dev tun0
10.210.4.0/24 dev vpn0 table 51820 proto static scope link
10.1.2.3 via 192.0.2.9 dev eth0
unreachable 10.0.0.0/8 metric 4278198272
10.5.0.0/16 proto static
\tnexthop via 192.0.2.3 dev eth0 weight 1
\tnexthop via 192.0.2.4 dev eth0 weight 1
local 10.8.0.6 dev tun0 table local proto kernel scope host src 10.8.0.6
broadcast 10.8.0.255 dev tun0 table local proto kernel scope link src 10.8.0.6
`),
  ).toEqual([
    { network: "0.0.0.0/1", interface: "tun0" },
    { network: "10.210.4.0/24", interface: "vpn0" },
    { network: "10.1.2.3/32", interface: "eth0" },
    { network: "10.5.0.0/16", interface: "" },
    { network: "10.8.0.6/32", interface: "tun0" },
  ]);
});

test("the kernel's own table of routes says the same where there is no iproute2", () => {
  expect(
    parseProcRoute(`Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
vpn0\t0004D20A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
*\t0000000A\t00000000\t0201\t0\t0\t0\t000000FF\t0\t0\t0
`),
  ).toEqual([
    { network: "0.0.0.0/0", interface: "eth0" },
    { network: "10.210.4.0/24", interface: "vpn0" },
  ]);
});
