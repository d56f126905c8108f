import type { Listener } from "../../plan/facts.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { dialledInVain } from "./dialled.ts";

const told = (egress: object, listeners?: Listener[], bridges: { name: string; subnet: string }[] = []) => {
  const host = { addresses: [], steady: [], uplinks: [], ...(listeners && { listeners }) };
  const networks = { own: [], taken: [], ways: [], clients: [], bridges };
  const { spec } = parseSpec({ workspace: "/srv/acme", egress });
  return dialledInVain(spec!, { host, networks }, "10.208.1.1").map(({ path, message }) => `${path}: ${message}`);
};
const at = (...addresses: string[]) => addresses.map((address) => ({ address, port: 5432 }));

test.each([["0.0.0.0"], ["::"], ["10.208.1.1"], ["127.0.0.1", "10.208.1.1"], ["::1", "0.0.0.0"]])(
  "a service of the host at %s %s is where the gateway dials",
  (...addresses) => {
    expect(told({ host: [5432] }, at(...addresses))).toEqual([]);
  },
);

test.each([
  [["127.0.0.1"], "127.0.0.1"],
  [["::1", "127.0.0.1", "127.0.0.1"], "127.0.0.1 and ::1"],
  [["192.168.1.7"], "192.168.1.7"],
])("one at %j alone is told with the address that it would have to have", (addresses, said) => {
  expect(told({ host: [80, 5432] }, [...at(...addresses), { address: "::", port: 80 }])).toEqual([
    `egress.host[1]: what listens on 5432 of this machine does so at ${said} alone, and the gateway dials 10.208.1.1; have it listen there, too (docs/egress.md, "A service of the host")`,
  ]);
});

test("a port on which nobody listens is told shortly, and nothing where nobody could look", () => {
  expect(told({ host: [5432] }, [])).toEqual(["egress.host[0]: nobody listens on 5432 of this machine now"]);
  expect(told({ host: [5432] })).toEqual([]);
});

test("an endpoint in another network of the engine is told with the way that there is", () => {
  const bridges = [{ name: "shop_default", subnet: "172.18.0.0/16" }];
  const lan = { db: "172.18.0.3:5432", nas: "192.168.1.20:80" };
  expect(told({ lan }, undefined, bridges)).toEqual([
    'egress.lan.db: 172.18.0.3 is in shop_default, a network of this engine, and engines let no network of theirs reach another; publish the container\'s port as "10.208.1.1:5432:5432" and write egress: {host: [5432]} (docs/egress.md, "A service of the host")',
  ]);
  expect(told({ lan }, undefined, [])).toEqual([]);
});

test("ports of an engine's machine that is not this one are told as that machine's", () => {
  const say = (egress: object, elsewhere?: string) =>
    dialledInVain(
      parseSpec({ workspace: "/srv/acme", egress }).spec!,
      {
        host: { addresses: [], steady: [], uplinks: [], ...(elsewhere !== undefined && { elsewhere }) },
        networks: { own: [], taken: [], clients: [], ways: [], bridges: [] },
      },
      "10.208.1.1",
    ).map(({ path, message }) => `${path} ${message}`);
  expect(say({ host: [5432] }, "colima")).toEqual([
    expect.stringMatching(
      /^egress\.host opens ports of the engine's machine \(colima\), which is not this one; .* egress\.lan/,
    ),
  ]);
  expect(say({ host: [5432] })).toEqual([]);
  expect(say({ allow: ["github"] }, "colima")).toEqual([]);
});
