import { livedOn, refuseMove } from "./moved.ts";

const [socket, byTls] = [{ host: "unix:///run/docker.sock" }, { host: "tcp://10.0.0.7:2376" }];

test("a client that was brought up on one engine is not made a second time on another", () => {
  const told = refuseMove("acme", livedOn({ ...byTls, id: "A" }), { ...socket, id: "B" });
  expect(told).toMatchObject({ path: "engine" });
  expect(told?.message).toMatch(/^acme was brought up on tcp:\/\/10\.0\.0\.7:2376, .*pulumi destroy --stack acme/);
  // Podman has no id that stays.
  expect(refuseMove("acme", livedOn(byTls), socket)).toBeDefined();
});

test("another way to the same engine is none, nor is an engine that was made anew at its address, nor one that nobody knows of", () => {
  expect(refuseMove("acme", livedOn({ ...byTls, id: "A" }), { host: "ssh://dev@gpu-box", id: "A" })).toBeUndefined();
  expect(refuseMove("acme", livedOn({ ...byTls, id: "A" }), { ...byTls, id: "B" })).toBeUndefined();
  expect(refuseMove("acme", undefined, socket)).toBeUndefined();
});
