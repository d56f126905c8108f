import { hostname } from "node:os";
import { lookAtOverlaps } from "./overlaps.ts";

const networks = [{ name: "acme-inner", client: "acme", subnets: ["10.215.90.0/24"] }] as never;

test("of an engine that is not on this machine nothing is said, not that all is well", async () => {
  expect((await lookAtOverlaps({ machine: `not-${hostname()}`, networks }))("acme")).toBeUndefined();
  expect((await lookAtOverlaps({ machine: hostname(), networks }))("acme")).toBeDefined();
});
