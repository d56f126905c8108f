import { parseSpec } from "../../stack-file/spec.ts";
import type { Named } from "../capability.ts";
import { ports } from "./plan.ts";

const read = (...ports: unknown[]) => parseSpec({ workspace: "/srv/acme", ports });
const told = (...ports: unknown[]) => read(...ports).problems.map(({ path, message }) => `${path} ${message}`);

test.each([
  [8080, [[8080, 8080]]],
  ["8080", [[8080, 8080]]],
  ["13000:3000", [[13000, 3000]]],
  [
    "8000-8001",
    [
      [8000, 8000],
      [8001, 8001],
    ],
  ],
  [
    "13000-13001:3000-3001",
    [
      [13000, 3000],
      [13001, 3001],
    ],
  ],
])("%j leads from the host's ports to the agent's", (given, expected) => {
  expect(read(given).spec!.ports.map(({ port, to }) => [port, to])).toEqual(expected);
});

// A side that cannot be read is never taken for the other one: the person would reach another port than they wrote.
test.each([
  "13000:80",
  "80:3000",
  "13000:",
  ":3000",
  "13000:foo",
  "13000:3000/udp",
  "1:2:3",
  "13000:70000",
  "",
  80,
  8080.5,
  true,
  null,
])("%j is refused", (given) => {
  expect(told(given)).toEqual([expect.stringMatching(/^ports\[0\] .*is not a port or a range; write 8080/)]);
});

test("ranges are bound one by one and all together: each port is a rule and a socket of the gateway's", () => {
  expect(told("8000-8256")).toEqual(['ports[0] "8000-8256" is 257 ports; publish at most 256 in one range']);
  expect(told("8000-8255", 9000)).toEqual(["ports are 257 ports; publish at most 256"]);
  expect(told("8000-8255")).toEqual([]);
});

test("the way to the agent's loopback is no port to publish: whoever came in there would choose where it leads", () => {
  const problems = (...given: unknown[]) =>
    ports.check!({ spec: read(...given).spec! } as Named).map(({ message }) => message);
  expect(problems("8000:22023")).toEqual([
    "22023 of the agent is the sandbox's own; have the agent's server listen on another port, and publish that",
  ]);
  expect(problems("22023:8000")).toEqual([]);
});
