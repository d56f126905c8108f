import { isProven } from "./judge.ts";
import type { Proof } from "./proof.ts";
import { judgeTold, type ToldContainer } from "./told.ts";

const proof: Proof = {
  ...{ probes: ["x"], datagrams: [], scratch: ["/run"], user: "1000:1000", networks: 1, gpu: false, runtime: "runsc" },
  mounts: [
    { at: "/run/secrets", readOnly: true, shows: { reference: { kind: "volume", source: "acme-secrets" }, path: "" } },
    { at: "/tmp", readOnly: false, size: 2 ** 30 },
    { at: "/workspace", readOnly: false, shows: { reference: { kind: "bind", source: "/srv/acme" }, path: "" } },
  ],
};

const told: ToldContainer = {
  mounts: [
    { at: "/workspace", readOnly: false, source: "/srv/acme" },
    { at: "/run/secrets", readOnly: true, source: "acme-secrets" },
  ],
  ...{ memory: ["/tmp", "/run"], user: "1000:1000", networks: 1, capabilities: [], rights: [] },
};

const judge = (other: Partial<ToldContainer> = {}) => judgeTold(proof, "runsc", { ...told, ...other });

test("what the engine says as planned is told, and never ok", () => {
  expect(judge()).toEqual({
    verdict: "told",
    what: expect.stringMatching(/^mounts and rights: runsc shows .*the engine's word$/),
  });
  // A narrower mount than planned is no hole.
  expect(judge({ mounts: told.mounts.map((mount) => ({ ...mount, readOnly: true })) }).verdict).toBe("told");
  expect([isProven([judge()]), isProven([judge(), { verdict: "ok", what: "x" }])]).toEqual([false, true]);
});

test.each<[what: string, other: Partial<ToldContainer>, says: string]>([
  [
    "a mount that can be written",
    { mounts: told.mounts.map((mount) => ({ ...mount, readOnly: false })) },
    "/run/secrets can be written",
  ],
  ["a mount that is gone", { mounts: told.mounts.slice(1) }, "nothing is mounted at /workspace"],
  [
    "a mount more",
    { mounts: [...told.mounts, { at: "/x", readOnly: true, source: "x" }] },
    "nobody planned the mount /x",
  ],
  ["memory more", { memory: [...told.memory, "/y"] }, "nobody planned the mount /y"],
  [
    "another source",
    { mounts: told.mounts.map((mount) => ({ ...mount, source: mount.source.replace("/srv/acme", "/home") })) },
    "/workspace shows /home, not /srv/acme",
  ],
  ["a network more", { networks: 2 }, "it is on 2 networks, not on 1"],
  ["another user", { user: "" }, "it runs as root, not as 1000:1000"],
  ["a capability", { capabilities: ["NET_RAW"] }, "it has NET_RAW"],
  ["another right", { rights: ["it is privileged"] }, "it is privileged"],
])("%s is a hole", (_what, other, says) => {
  expect(judge(other)).toEqual({ verdict: "LEAK", what: `the engine says of it: ${says}` });
});
