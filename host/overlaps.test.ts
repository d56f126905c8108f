import { hostname } from "node:os";
import { lookAtOverlaps } from "./overlaps.ts";

const networks = [{ name: "acme-inner", client: "acme", subnets: ["10.215.90.0/24"] }] as never;

test("of an engine that is not on this machine nothing is said, not that all is well", async () => {
  const told = async (host: string, machine: string) =>
    (await lookAtOverlaps({ engine: { host } as never, machine, networks }))("acme");
  expect(await told("unix:///run/x.sock", `not-${hostname()}`)).toBeUndefined();
  expect(await told("unix:///run/x.sock", hostname())).toBeDefined();
  // A machine elsewhere that has this one's name is no less elsewhere.
  for (const far of ["ssh://dev@gpu-box", "tcp://192.0.2.7:2376"]) expect(await told(far, hostname())).toBeUndefined();
});
