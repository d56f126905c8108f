import fc from "fast-check";
import type { Inbound } from "./gateway-policy.ts";
import { fromRanges, toRanges } from "./port-ranges.ts";

const inbound: fc.Arbitrary<Inbound[]> = fc.uniqueArray(
  fc.record(
    {
      port: fc.integer({ min: 8000, max: 8008 }),
      to: fc.integer({ min: 8000, max: 8008 }),
      listen: fc.constantFrom("0.0.0.0", "192.168.1.7"),
    },
    { requiredKeys: ["port", "to"] },
  ),
  { selector: ({ port }) => port },
);

test("ranges are read as the ports that they were written of, each at its address", () => {
  fc.assert(
    fc.property(inbound, (ports) => {
      const sorted = [...ports].sort((a, b) => a.port - b.port);
      expect(fromRanges(toRanges(ports))).toEqual(sorted);
    }),
  );
  expect(
    toRanges([
      { port: 2222, to: 22022, listen: "0.0.0.0" },
      { port: 8080, to: 8080 },
    ]),
  ).toEqual(["0.0.0.0:2222:22022", "8080"]);
});

test.each(["", "x", "0.0.0.0", "localhost:1:1", "1:2:3"])("%j is none", (text) =>
  expect(() => fromRanges([text])).toThrow(RangeError),
);
