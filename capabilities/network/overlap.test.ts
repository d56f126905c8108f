import { describeOverlap } from "./overlap.ts";

const own = ["10.215.90.0/24", "10.215.91.0/24"];
const by = (network: string) => ({ network, interface: "tun0" });

test("what is beside a client's networks is none of its business", () => {
  expect(describeOverlap(own, [by("10.215.92.0/24"), by("192.168.0.0/16")])).toBeUndefined();
});

test("the network that is meant is named alone, and the interface", () => {
  expect(describeOverlap(own, [by("10.215.91.128/25")])).toMatch(
    /^10.215.91.0\/24 of this client is also where .*\(10.215.91.128\/25 by tun0;/,
  );
});

test("the range that is proposed is one that nothing of this host is in; where there is none, none is", () => {
  expect(describeOverlap(own, [by("10.0.0.0/8"), by("172.16.0.0/13")])).toMatch(/addresses: 192.168.128.0\/17$/);
  const all = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(by);
  expect(describeOverlap(own, all)).toMatch(/write another private range$/);
});
